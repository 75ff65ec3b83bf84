// The list of areas: the same as the picture, for reading, searching and the keyboard.

import { element } from "./dom.js";
import { folded } from "./folding.js";
import { isFound, nameOfPlace, placesFound, searchText } from "./search.js";

const PAGE_ROWS = 100;

export class Areas {
  constructor(app, panel) {
    this.app = app;
    this.panel = panel;
    this.sort = { name: null, down: false };
    this.most = PAGE_ROWS;
    this.build();
  }

  build() {
    const { app } = this,
      { t } = app.say;
    this.input = element("input", {
      type: "search",
      class: "kh-search",
      placeholder: t("search.hint"),
      "aria-label": t("search.label"),
      autocomplete: "off",
      spellcheck: "false",
    });
    this.input.addEventListener("input", () => {
      this.most = PAGE_ROWS;
      this.update();
    });
    this.wide = element(
      "button",
      { type: "button", class: "kh-button kh-widen", "aria-pressed": "false" },
      t("areas.all_columns"),
    );
    this.wide.addEventListener("click", () => {
      const on = app.root.classList.toggle("kh-wide");
      this.wide.setAttribute("aria-pressed", String(on));
    });
    this.places = element("ul", { class: "kh-found-places", "aria-label": t("search.places") });
    this.told = element("p", { class: "kh-told", role: "status" });
    this.body = element("tbody");
    this.heads = ["id", "kind", "place", "status", "contamination", "priority", "district", "area"].map((name) =>
      this.head(name),
    );
    this.table = element(
      "table",
      { class: "kh-table" },
      element("caption", { class: "kh-for-readers" }, t("areas.caption")),
      element("thead", {}, element("tr", {}, ...this.heads)),
      this.body,
    );
    this.more = element(
      "button",
      { type: "button", class: "kh-button", onclick: () => this.showMore() },
      t("areas.more"),
    );
    this.panel.append(
      element("div", { class: "kh-search-row" }, this.input, this.wide),
      this.places,
      this.told,
      this.table,
      this.more,
    );
    this.update();
  }

  inOrderOfIds(records) {
    const entries = Array.from({ length: records.count }, (_, row) => ({ records, row }));
    // Sorting a whole country by id takes a second that nobody should wait for before asking.
    if (records.count > 5000) return entries;
    const compare = new Intl.Collator(undefined, { numeric: true }).compare,
      id = ({ row }) => String(records.value(row, records.key) ?? "");
    return entries.sort((a, b) => compare(id(a), id(b)));
  }

  head(name) {
    const button = element("button", { type: "button", class: "kh-sort" }, this.app.levelWord(name, `column.${name}`));
    const head = element("th", { scope: "col", class: `kh-col-${name}`, "aria-sort": "none" }, button);
    button.addEventListener("click", () => {
      this.sort = { name, down: this.sort.name === name && !this.sort.down };
      for (const other of this.heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", this.sort.down ? "descending" : "ascending");
      this.update();
    });
    return head;
  }

  // What lies in one place has no area and no status.
  cellOfSign(records, row, name) {
    if (name === "id") return records.value(row, records.key);
    if (name === "area") return null;
    const { t } = this.app.say,
      rejected = records.kind === "rejected";
    if (name === "kind") return t(rejected ? "rejected.short" : `points.${records.kind}.short`);
    if (name !== "place") return "";
    return rejected ? records.value(row, "reason") : this.app.placeOf(records, row);
  }

  cell({ records, row }, name) {
    const { app } = this,
      released = records.kind === "releases";
    const value = (column) => records.value(row, column);
    if (records.kind === "rejected" || records.isPoints) return this.cellOfSign(records, row, name);
    switch (name) {
      case "id":
        return value(records.key);
      case "kind":
        return released
          ? app.word("product", value("product") ?? "", "short")
          : app.word("hazard_type", value("hazard_type") ?? "", "short");
      case "place":
        return app.placeOf(records, row);
      case "area":
        return value("area_m2");
      case "district":
        return app.word("district", value("district") ?? "");
      default:
        return released && name !== "place" ? "" : app.word(name, value(name) ?? "");
    }
  }

  words(entry) {
    const value = (name) => entry.records.value(entry.row, name);
    entry.words ??= searchText([
      ...[entry.records.key, "name", "hazard_id"].map(value),
      ...["municipality", "district"].flatMap((level) => [
        value(level),
        value(level) && this.app.word(level, value(level)),
      ]),
    ]);
    return entry.words;
  }

  found() {
    const { layers, points, rejected } = this.app.scene;
    this.entries ??= [...layers.slice().reverse(), ...points, rejected].flatMap((records) =>
      this.inOrderOfIds(records),
    );
    const question = this.input.value;
    let entries = this.entries.filter(({ records, row }) => records.isDrawn(row));
    if (folded(question)) entries = entries.filter((entry) => isFound(this.words(entry), question));
    const { name, down } = this.sort;
    if (name) {
      const way = down ? -1 : 1,
        values = new Map(entries.map((entry) => [entry, this.cell(entry, name)]));
      const compare = new Intl.Collator(undefined, { numeric: true }).compare;
      entries.sort((a, b) => {
        const one = values.get(a),
          other = values.get(b);
        if (one === null || other === null) return (one === null) - (other === null);
        return way * (typeof one === "number" ? one - other : compare(one, other));
      });
    }
    return entries;
  }

  update() {
    if (this.panel.hidden) return;
    const { app } = this,
      { t, number } = app.say;
    const found = this.found();
    this.body.replaceChildren(...found.slice(0, this.most).map((entry) => this.line(entry)));
    this.told.textContent = t("areas.told", {
      shown: number(Math.min(found.length, this.most)),
      found: number(found.length),
    });
    this.table.hidden = !found.length;
    this.more.hidden = found.length <= this.most;
    this.showPlaces();
  }

  line(entry) {
    const { app } = this,
      id = this.cell(entry, "id");
    const open = element(
      "button",
      { type: "button", class: "kh-open", onclick: () => app.show(entry.records, entry.row) },
      id === null ? app.say.t("unknown") : String(id),
    );
    const cells = ["kind", "place", "status", "contamination", "priority", "district"].map((name) =>
      element("td", { class: `kh-col-${name}` }, String(this.cell(entry, name))),
    );
    const area = this.cell(entry, "area");
    return element(
      "tr",
      {},
      element("th", { scope: "row", class: "kh-col-id" }, open),
      ...cells,
      element(
        "td",
        { class: "kh-col-area" },
        app.content.public || entry.records.isPoints ? "" : area === null ? app.say.t("unknown") : app.say.number(area),
      ),
    );
  }

  showMore() {
    const next = this.most;
    this.most += PAGE_ROWS;
    this.update();
    this.body.rows[next]?.querySelector("button").focus();
  }

  showPlaces() {
    const { app } = this;
    this.places.replaceChildren();
    for (const level of app.places?.levels ?? []) {
      for (const row of placesFound(level, this.input.value)) {
        const label = `${nameOfPlace(level, row)} (${app.levelWord(level.level, `level.${level.level}`)})`;
        const go = { type: "button", class: "kh-place", onclick: () => app.goToPlace(level, row) };
        this.places.append(element("li", {}, element("button", go, label)));
      }
    }
  }
}
