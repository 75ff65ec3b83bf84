// The legend: what is on the map now, how many and how much ground, and what the signs mean.

import { element } from "./dom.js";
import { shadeColour } from "./places.js";
import { CLOSED } from "./records.js";
import { inOrder, ORDERS } from "./words.js";

export class Legend {
  constructor(app, panel) {
    this.app = app;
    this.panel = panel;
  }

  update() {
    const { app } = this,
      { t } = app.say;
    this.panel.replaceChildren();
    const hazards = app.layer("hazards"),
      releases = app.layer("releases");
    this.totals(app.content.totals);
    this.section(t("legend.hazards"), [...this.typeRows(hazards), ...this.groupRows(hazards)]);
    if (hazards.knowsContamination) this.section(t("legend.contamination"), this.contaminationRows(hazards));
    if (app.content.ranking) this.section(t("legend.rank"), this.rankRows(hazards), t("legend.rank_note"));
    this.section(t("legend.outline"), this.statusRows(hazards));
    if (hazards.margins) this.marginRow(hazards);
    if (releases) this.section(t("legend.released"), this.productRows(releases), this.undrawn(releases));
    if (app.scene.points.length)
      this.section(
        t("legend.points"),
        app.scene.points.flatMap((points) => this.pointRows(points)),
      );
    if (app.content.rejected) this.rejected(app.content.rejected);
    if (app.places?.shade?.on)
      this.section(
        t(`shade.${app.places.shade.measure}`),
        this.shadeRows(app.places.shade),
        this.shadeNote(app.places.shade),
      );
    if (app.places) this.section(t("legend.places"), this.placeRows());
    this.section(
      t("legend.context"),
      app.scene.context.map((lines) => this.row(lines.swatch(), t(lines.words))),
    );
    const notes = ["legend.signs_note", app.content.public ? "legend.note_public" : "legend.note"];
    this.panel.append(element("div", { class: "kh-legend-note" }, ...notes.map((note) => element("p", {}, t(note)))));
  }

  // What the register holds, what was taken off it and what remains: of the present, not of an earlier day.
  totals(totals) {
    if (!totals || (this.app.time && this.app.time.day !== null)) return;
    const rows = totals.rows.map(([what, area]) => this.row(element("span"), what, area));
    this.section(this.app.say.t("totals.title"), rows, totals.note);
  }

  section(title, rows, note) {
    if (!rows.length) return;
    const list = element("ul", { class: "kh-legend-list" }, ...rows.map((row) => element("li", {}, ...row)));
    this.panel.append(element("h2", {}, title), list);
    if (note) this.panel.append(element("p", { class: "kh-legend-small" }, note));
  }

  row(picture, label, amount) {
    return [
      picture,
      element("span", { class: "kh-legend-label" }, label),
      element("span", { class: "kh-amount" }, amount ?? ""),
    ];
  }

  // A row for each word that occurs in a column, in their order, with what of it is drawn.
  rowsOf(records, name, pictureOf, counts) {
    const { groups } = records.facets.get(name),
      sums = records.tally(name, counts);
    const byWord = new Map(groups.map((group, i) => [group.path[0], sums[i]]));
    // What is not said is as unknown as what is said to be.
    const [unsaid, unknown] = ["", "unknown"].map((word) => byWord.get(word));
    if (name === "contamination" && unsaid) {
      byWord.delete("");
      byWord.set("unknown", unknown ? both(unsaid, unknown) : unsaid);
    }
    return inOrder([...byWord.keys()], ORDERS[name]).map((word) => {
      const { all, drawn } = byWord.get(word);
      return this.row(
        pictureOf(word),
        this.app.word(name, word),
        this.app.amount(drawn, drawn.count < all.count ? all.count : null),
      );
    });
  }

  typeRows(hazards) {
    const { symbols } = this.app.scene,
      { codes, groups } = hazards.facets.get("status");
    const hazardous = groups.map(({ path }) => !CLOSED.has(path[0]));
    return this.rowsOf(
      hazards,
      "hazard_type",
      (type) => this.picture(symbols.hazard(type, "open", symbols.rankClasses[0])),
      (row) => hazardous[codes[row]],
    );
  }

  // One round sign for several areas, in the colour of the gravest of them.
  groupRows(hazards) {
    const { app } = this,
      { symbols } = app.scene;
    if (app.content.public || hazards.count < 2) return [];
    const types = inOrder(
      hazards.facets.get("hazard_type").groups.map(({ path }) => path[0]),
      ORDERS.hazard_type,
    ).slice(0, 2);
    const pictures = types.map((type, i) =>
      symbols.swatch({ group: symbols.hazard(type, "open", symbols.rankClasses[0]), count: i + 2 }, true),
    );
    return [this.row(element("span", { class: "kh-pictures" }, ...pictures), app.say.t("legend.cluster"))];
  }

  // What stands inside of signs; what no record has is left out.
  contaminationRows(hazards) {
    const { symbols } = this.app.scene,
      white = { colour: "#ffffff", opacity: 1, pattern: "solid" };
    const { codes, groups } = hazards.facets.get("status");
    const hazardous = groups.map(({ path }) => !CLOSED.has(path[0]));
    return this.rowsOf(
      hazards,
      "contamination",
      (word) => symbols.swatch({ ...symbols.hazard("CHA", "open", "", word), fill: white }, true),
      (row) => hazardous[codes[row]],
    );
  }

  // The darker the more urgent; what is closed has no rank.
  rankRows(hazards) {
    const { symbols } = this.app.scene;
    return this.rowsOf(
      hazards,
      "rank_class",
      (rank) => this.picture(symbols.hazard("CHA", "open", rank)),
      (row) => hazards.value(row, "rank") !== null,
    ).filter((_, i) => i < symbols.rankClasses.length);
  }

  statusRows(hazards) {
    const { symbols } = this.app.scene;
    const sign = { colour: "#ffffff", opacity: 1, pattern: "solid" };
    return this.rowsOf(hazards, "status", (status) => {
      const symbol = symbols.hazard("", status),
        outline = symbols.swatch({ ...symbol, fill: null });
      if (!symbol.worked) return outline;
      return element("span", { class: "kh-pictures" }, outline, symbols.swatch({ ...symbol, fill: sign }, true));
    });
  }

  productRows(releases) {
    const { app } = this,
      { symbols } = app.scene;
    const rows = this.rowsOf(
      releases,
      "product",
      (product) => this.picture(symbols.released(product)),
      (row) => !releases.later[row],
    );
    const later = releases.rowsWhere((row) => releases.later[row] && releases.shown[row] && releases.hasShape(row));
    if (later.length && releases.knownDay)
      rows.push(this.row(element("span"), app.say.t("legend.later_known"), app.amount(releases.sum(later))));
    else if (later.length)
      rows.push(
        this.row(this.picture(symbols.notYetReleased()), app.say.t("legend.later"), app.amount(releases.sum(later))),
      );
    return rows;
  }

  // Evidence by whether it is direct, the others as they are; and how many of each lie nowhere that is known.
  pointRows(points) {
    const { t, number } = this.app.say,
      looks = new Map();
    let undrawn = 0;
    for (let row = 0; row < points.count; row++) {
      if (!points.hasShape(row)) undrawn += 1;
      else if (points.isDrawn(row)) looks.set(points.look(row), (looks.get(points.look(row)) ?? 0) + 1);
    }
    const rows = inOrder([...looks.keys()], ORDERS.directness).map((look) => {
      const picture = this.app.scene.symbols.swatch({ point: points.kind, look }),
        name = t(`points.${points.kind}`);
      const told = points.kind === "evidence" ? `${name}: ${this.app.word("directness", look)}` : name;
      return this.row(picture, told, number(looks.get(look)));
    });
    if (undrawn)
      rows.push(this.row(element("span"), t("points.undrawn", { name: t(`points.${points.kind}`) }), number(undrawn)));
    return rows;
  }

  marginRow(hazards) {
    const { t, number } = this.app.say,
      wide = hazards.rowsWhere((row) => hazards.isDrawn(row) && hazards.value(row, "margin_m") > 0).length;
    this.section(t("field.margin_m"), [
      this.row(this.app.scene.symbols.swatch({ margin: true }), t("legend.margin"), number(wide)),
    ]);
  }

  undrawn(records) {
    const { t, number } = this.app.say,
      count = records.rowsWhere((row) => !records.hasShape(row)).length;
    return count ? t("head.undrawn", { n: number(count) }) : null;
  }

  // Records that could not be taken over: how many there are, why, and how many of them are on the map.
  rejected({ drawn, undrawn, reasons, releases }) {
    const { t, number } = this.app.say,
      empty = () => element("span");
    const rows = [];
    if (drawn) {
      const picture = this.app.content.public ? empty() : this.app.scene.symbols.swatch({ rejected: true });
      rows.push(this.row(picture, t(this.app.content.public ? "rejected.cells" : "rejected.extent"), number(drawn)));
    }
    if (undrawn) rows.push(this.row(empty(), t("rejected.undrawn"), number(undrawn)));
    if (releases) rows.push(this.row(empty(), t("rejected.releases"), number(releases)));
    this.section(t("legend.rejected"), rows);
    const why = reasons.map(([reason, count]) => element("li", {}, `${number(count)} × ${reason}`));
    if (why.length) this.panel.append(element("ul", { class: "kh-legend-small kh-reasons" }, ...why));
  }

  // An area as it is drawn, and the sign that stands for it where it is too small to be seen.
  picture(symbol) {
    const { symbols } = this.app.scene;
    return element("span", { class: "kh-pictures" }, symbols.swatch(symbol), symbols.swatch(symbol, true));
  }

  shadeRows(shade) {
    const { app } = this,
      { t } = app.say;
    const told = this.limitTold(shade);
    const box = (colour, hatched) => {
      const symbol = {
        fill: { colour: colour ?? "#fbfaf6", opacity: 1, pattern: "solid" },
        outline: { colour: "#8a9096", pattern: "continuous" },
        thin: true,
      };
      if (hatched) symbol.fill = { colour: "#b0b4b8", opacity: 0.35, pattern: "hatched" };
      return app.scene.symbols.swatch(symbol);
    };
    const rows = shade.limits.map((limit, i) => {
      const low = i ? shade.limits[i - 1] : null;
      const label =
        low === null
          ? limit > 0
            ? t("shade.up_to", { high: told(limit) })
            : told(0)
          : t("shade.between", { low: told(low), high: told(limit) });
      return this.row(box(shadeColour(i, shade.limits.length)), label);
    });
    const classes = shade.places.map((place) => place.class);
    if (classes.includes(-1)) rows.push(this.row(box(null, true), t("unknown")));
    if (classes.includes(-2)) rows.push(this.row(box(null), t("shade.none")));
    return rows;
  }

  shadeNote({ unplaced }) {
    const { t, number } = this.app.say;
    return [t("shade.note"), unplaced ? t("shade.unplaced", { n: number(unplaced) }) : ""].join(" ").trim();
  }

  // All limits in one unit, and never two that read the same.
  limitTold({ measure, limits }) {
    const { number } = this.app.say;
    if (measure === "count") return (value) => number(value);
    if (measure === "progress") return (value) => `${number(100 * value, 1)} %`;
    const km2 = (value) => `${number(value / 1e6, 2)} km²`;
    const clear = limits.at(-1) >= 1e6 && limits[0] >= 1e4 && new Set(limits.map(km2)).size === limits.length;
    return clear ? km2 : (value) => `${number(value)} m²`;
  }

  placeRows() {
    const { app } = this;
    return app.places.levels.map((level, rank) => {
      const picture = element("canvas", { width: 60, height: 40, class: "kh-swatch", "aria-hidden": "true" }),
        pen = picture.getContext("2d");
      pen.strokeStyle = rank ? "#5a5a5a" : "rgba(90,90,90,0.55)";
      pen.lineWidth = rank ? 3.6 : 2;
      pen.strokeRect(-4, 20, 80, 60);
      return this.row(picture, app.levelWord(level.level, `border.${level.level}`));
    });
  }
}

function both(one, other) {
  const sum = (name) => ({
    count: one[name].count + other[name].count,
    area: one[name].area + other[name].area,
    unknown: one[name].unknown + other[name].unknown,
  });
  return { all: sum("all"), drawn: sum("drawn") };
}
