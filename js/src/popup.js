// What an area is: a small table of its values, as text and nothing else.

import { element, isNarrow } from "./dom.js";

const LEFT_OUT = new Set(["name", "rank_class", "there_from", "there_until", "there_again"]);
// What is told first, in this order.
const FIRST = [
  "reason",
  "row",
  "record_id",
  "hazard_id",
  "release_id",
  "cell_id",
  "rank",
  "ties",
  "score",
  "in_top",
  "unknown_criteria",
  "evidence_id",
  "accident_id",
  "item_id",
  "directness",
  "kind",
  "date",
  "device_category",
  "device_model",
  "quantity",
  "depth_cm",
  "condition",
  "killed",
  "injured",
  "hazard_type",
  "product",
  "status",
  "completed",
  "area_m2",
];
const AREAS_M2 = /_m2$/;
const LENGTHS = { depth_cm: "… cm", accuracy_m: "± … m", margin_m: "… m" };

export class Popups {
  constructor(app) {
    this.app = app;
    this.popup = L.popup({
      maxWidth: 340,
      minWidth: 220,
      autoPanPaddingTopLeft: [10, 10],
      autoPanPaddingBottomRight: [64, 10],
      className: "kh-popup",
    });
    app.map.on("click", (event) => this.onClick(event));
    app.map.on("mousemove", (event) => this.onMove(event));
    app.map.on("mouseout", () => this.leave());
    app.map.on("popupclose", (event) => event.popup === this.popup && app.mark(null));
    // Leaflet hears Escape only while the map itself has the focus.
    app.root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.tip = L.tooltip({ direction: "top", offset: [0, -8], className: "kh-tip" });
  }

  onClick({ latlng, originalEvent }) {
    if (this.app.measure.active || originalEvent?.target?.closest?.(".leaflet-interactive, .leaflet-control")) return;
    const found = this.app.canvas.rowsAt(latlng, L.Browser.mobile ? 18 : 8);
    // A round sign lies above the areas that it counts, and below rejected records and points.
    const group = this.app.clusters.at(latlng),
      above = found.filter(({ records }) => records.kind === "rejected" || records.isPoints);
    if (group && !above.length) this.app.clusters.open(group);
    else if (found.length) this.open(group ? above : found, 0, latlng);
  }

  onMove({ latlng, originalEvent }) {
    if (this.waiting || this.app.measure.active || originalEvent?.pointerType === "touch") return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      const [first] = this.app.canvas.rowsAt(latlng, 4),
        sign = first && (first.records.kind === "rejected" || first.records.isPoints);
      const group = sign ? null : this.app.clusters.at(latlng);
      const target = this.app.map.getContainer();
      target.classList.toggle("kh-over", Boolean(first ?? group));
      if (!first && !group) return this.leave();
      const told = group ? this.app.clusters.label(group) : this.app.titleOf(first.records, first.row);
      this.tip.setLatLng(latlng).setContent(element("span", {}, told));
      if (!this.app.map.hasLayer(this.tip)) this.tip.addTo(this.app.map);
    });
  }

  leave() {
    this.tip.remove();
  }

  open(found, index, latlng) {
    const { records, row } = found[index];
    this.leave();
    this.popup.options.maxWidth = Math.max(220, Math.min(340, this.app.map.getSize().x - 112));
    this.app.mark(found[index]);
    this.popup
      .setLatLng(latlng)
      .setContent(this.content(found, index, latlng))
      .openOn(this.app.map);
    // A long table is scrolled, also by keyboard.
    this.popup.getElement()?.querySelector(".leaflet-popup-content").setAttribute("tabindex", "0");
    const close = this.popup.getElement()?.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", this.app.say.t("popup.close"));
    this.current = { records, row };
  }

  content(found, index, latlng) {
    const { app } = this,
      { t } = app.say,
      { records, row } = found[index];
    const symbol = app.scene.symbols.of(records, row),
      swatches = [app.scene.symbols.swatch(symbol), ...(symbol.glyph ? [app.scene.symbols.swatch(symbol, true)] : [])];
    const title = element(
      "h2",
      { class: "kh-popup-title", tabindex: "-1" },
      ...swatches,
      element("span", {}, app.titleOf(records, row)),
    );
    const names = [...records.columns.keys()].filter((name) => !LEFT_OUT.has(name));
    const first = FIRST.filter((name) => names.includes(name)),
      others = names.filter((name) => !first.includes(name));
    const table = (some) => element("table", {}, ...some.map((name) => this.line(records, row, name)));
    const box = element(
      "div",
      { class: "kh-popup-body", role: "group", "aria-label": app.titleOf(records, row) },
      title,
      table(first),
    );
    if (records.kind === "releases" && records.later[row])
      box.append(element("p", { class: "kh-popup-note" }, t("legend.later")));
    if (records.kind === "rejected") box.append(element("p", { class: "kh-popup-note" }, t("rejected.extent")));
    // On a phone what matters is read without scrolling; on a desk there is room for all.
    if (others.length)
      box.append(
        element(
          "details",
          { class: "kh-more", open: !isNarrow() },
          element("summary", {}, t("areas.more")),
          table(others),
        ),
      );
    if (found.length > 1) box.append(this.turner(found, index, latlng));
    return box;
  }

  line(records, row, name) {
    const head = element("th", { scope: "row" }, this.app.label(name));
    return element("tr", {}, head, element("td", {}, this.told(records, row, name)));
  }

  turner(found, index, latlng) {
    const { t } = this.app.say;
    const go = (step) => (event) => {
      // The button is gone when the click reaches the map, which would take it for one on the ground.
      event.stopPropagation();
      this.open(found, (index + step + found.length) % found.length, latlng);
      this.popup
        .getElement()
        .querySelector(step < 0 ? ".kh-previous" : ".kh-next")
        .focus();
    };
    return element(
      "div",
      { class: "kh-turner" },
      element(
        "button",
        { type: "button", class: "kh-previous", "aria-label": t("popup.previous"), onclick: go(-1) },
        "‹",
      ),
      element("span", {}, t("popup.of", { n: index + 1, all: found.length })),
      element("button", { type: "button", class: "kh-next", "aria-label": t("popup.next"), onclick: go(1) }, "›"),
    );
  }

  told(records, row, name) {
    const { app } = this,
      { t, number, squareMetres, day } = app.say;
    const value = records.value(row, name),
      kind = records.columns.get(name).kind;
    if (value === null || value === "") return t("unknown");
    if (name === "progress") return `${number(100 * value, 1)} %`;
    if (name === "in_top") return `${number(100 * value)} %`;
    if (AREAS_M2.test(name)) return squareMetres(value);
    if (LENGTHS[name]) return LENGTHS[name].replace("…", number(value, Number.isInteger(value) ? 0 : 1));
    if (kind === "date") return day(value);
    if (kind === "number") return number(value, Number.isInteger(value) ? 0 : 2);
    return app.word(name, value);
  }

  close() {
    if (!this.app.map.hasLayer(this.popup)) return;
    this.popup.close();
    if (this.cameFrom?.isConnected) this.cameFrom.focus();
    this.cameFrom = null;
  }

  focus() {
    this.popup.getElement()?.querySelector(".kh-popup-title")?.focus();
  }
}
