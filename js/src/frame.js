// The page around the map: tabs, the notice of what is hidden, and how all parts learn of a change.

import { element, isNarrow } from "./dom.js";
import { icon } from "./icons.js";
import { speaker } from "./numbers.js";

const LEAST_PX = 80;

export class App {
  constructor(id, content, map) {
    this.id = id;
    this.content = content;
    this.map = map;
    this.root = document.getElementById(`${id}-frame`);
    this.say = speaker(content.texts);
    this.tab = null;
  }

  layer(kind) {
    return this.scene.layers.find((records) => records.kind === kind);
  }

  // What a level of places is called: in the country's own words where it has them.
  levelWord(level, key) {
    const { levelWords } = this.content;
    return Object.hasOwn(levelWords, level) ? levelWords[level] : this.say.t(key);
  }

  label(column) {
    if (Object.hasOwn(this.content.levelWords, column)) return this.content.levelWords[column];
    return this.say.has(`field.${column}`) ? this.say.t(`field.${column}`) : column.replace(/_/g, " ");
  }

  // A word of the data in the reader's language; a place by its name there; anything else as it is.
  word(column, value, form) {
    if (value === null || value === "" || value === undefined) return this.say.t("unknown");
    if (["municipality", "district", "region"].includes(column)) {
      if (column === "region" && this.say.has(`region.${value}`)) return this.say.t(`region.${value}`);
      return Object.hasOwn(this.content.placeNames, value) ? this.content.placeNames[value] : value;
    }
    // Several words in one cell, as a cell of a public map tells them: each that is known is said.
    const words = String(value).split("; ");
    if (words.length > 1 && words.some((word) => this.say.has(`${column}.${word}`)))
      return words.map((word) => this.word(column, word, form)).join("; ");
    const key = `${column}.${value}${form ? `.${form}` : ""}`;
    if (this.say.has(key)) return this.say.t(key);
    return this.say.has(`${column}.${value}`) ? this.say.t(`${column}.${value}`) : String(value);
  }

  // The lowest place that is known; with the next above it where several places have its name.
  placeOf(records, row) {
    const [lowest, above] = ["municipality", "district", "region"].filter((level) => records.value(row, level));
    if (!lowest) return this.say.t("unknown");
    const name = this.word(lowest, records.value(row, lowest));
    const twice = above && records.placesTwice().has(records.value(row, lowest));
    return twice ? `${name}, ${this.word(above, records.value(row, above))}` : name;
  }

  titleOf(records, row) {
    const id = records.value(row, records.key),
      name = records.value(row, "name");
    return [id ?? this.say.t("unknown"), name].filter(Boolean).join(" · ");
  }

  amount({ count, area, unknown }, of = null) {
    const { t, number } = this.say;
    const counted = of === null ? number(count) : t("amount.of", { n: number(count), all: number(of) });
    if (this.content.public) return counted;
    const measured = unknown === count && count ? t("amount.unknown") : this.areaInOneUnit(area);
    const some = unknown && unknown < count ? ` + ${t("amount.some_unknown", { n: number(unknown) })}` : "";
    return `${counted} · ${measured}${some}`;
  }

  // All sums beside each other in one unit; and none that is not nothing reads as nothing.
  areaInOneUnit(area) {
    this.inKm2 ??= this.scene.layers.some((records) => records.sum(records.rowsWhere(() => true)).area >= 1e6);
    if (!this.inKm2) return this.say.squareMetres(area);
    return area > 0 && area < 5000 ? `< ${this.say.number(0.01, 2)} km²` : `${this.say.number(area / 1e6, 2)} km²`;
  }

  refresh() {
    for (const records of [...this.scene.layers, ...this.scene.points]) records.refresh();
    this.canvas.redraw();
    this.legend.update();
    this.layers.update();
    this.areas.update();
    this.tellHidden();
    this.permalink?.write();
  }

  // Ground that looks empty because something is switched off must not be taken for free.
  tellHidden() {
    const hidden = [...this.scene.layers, ...this.scene.points]
      .map((records) => [records.kind, records.hiddenCount()])
      .filter(([, count]) => count);
    const box = this.root.querySelector(".kh-hidden");
    const was = box.childElementCount > 0;
    box.replaceChildren();
    if (was !== hidden.length > 0) queueMicrotask(() => this.map.invalidateSize({ animate: false }));
    if (!hidden.length) return;
    const { t, number } = this.say;
    const parts = hidden.map(([kind, count]) => t(`hidden.${kind}`, { n: number(count) }));
    const again = element(
      "button",
      { type: "button", class: "kh-button", onclick: () => this.showEverything() },
      t("hidden.show"),
    );
    box.append(element("span", {}, `${parts.join(" · ")} – ${t("hidden.warning")}`), again);
  }

  showEverything() {
    this.time?.set(this.time.days.length);
    this.layers.setAll(true);
  }

  tell(text) {
    this.root.querySelector(".kh-hidden").replaceChildren(element("span", {}, text));
  }

  // Where an area lies: the view goes there and its popup opens.
  show(records, row) {
    if (!records.hasShape(row)) return this.tell(this.say.t("areas.undrawn", { name: this.titleOf(records, row) }));
    const asked = document.activeElement;
    this.root.classList.remove("kh-wide");
    this.areas.wide.setAttribute("aria-pressed", "false");
    if (isNarrow()) this.openTab(null);
    this.popups.open([{ records, row }], 0, records.top(row));
    // The area lies under its popup, not behind it.
    const high = this.popups.popup.getElement().offsetHeight,
      room = this.map.getSize();
    this.map.fitBounds(records.bounds(row), {
      maxZoom: 15,
      animate: false,
      paddingTopLeft: [room.x / 6, Math.min(high + 24, room.y - 90)],
      paddingBottomRight: [room.x / 6, 40],
    });
    this.popups.popup.update();
    this.popups.cameFrom = asked;
    this.popups.focus();
  }

  goToPlace(level, row) {
    const { box } = level.shapes,
      at = 4 * row,
      unproject = (x, y) => this.map.options.crs.pointToLatLng(L.point(x * 256, y * 256), 0);
    if (isNarrow()) this.openTab(null);
    this.map.fitBounds([unproject(box[at], box[at + 1]), unproject(box[at + 2], box[at + 3])], { animate: false });
  }

  mark(found) {
    this.marked?.remove();
    this.marked = null;
    if (!found?.records.hasShape(found.row)) return;
    const look = { color: "#0b3d66", weight: 3, fill: false, interactive: false, pane: "marked" };
    this.marked = L.layerGroup([
      L.polygon(found.records.latLngs(found.row), look),
      L.circleMarker(found.records.bounds(found.row).getCenter(), { ...look, radius: 11, weight: 2 }),
    ]).addTo(this.map);
  }

  tool(name, act) {
    const label = this.say.t(`tool.${name}`);
    const button = element(
      "button",
      { type: "button", class: "kh-tool", "aria-label": label, title: label, "data-kh-tool": name, onclick: act },
      icon(name),
    );
    this.tools.append(button);
    return button;
  }

  buildTools() {
    this.map.on("resize", () => this.keepAll());
    addEventListener("resize", () => this.setWidth());
    this.tools = element("div", { class: "kh-tools leaflet-bar" });
    const control = new L.Control({ position: "topright" });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(this.tools);
      return this.tools;
    };
    control.addTo(this.map);
    this.tool("in", () => this.map.zoomIn(1));
    this.tool("out", () => this.map.zoomOut(1));
    this.tool("all", () => this.showAll());
    this.tool("print", () => window.print());
    // Tiles ask to be credited; without any, Leaflet itself is.
    L.control.attribution({ position: "bottomright", prefix: "Leaflet" }).addTo(this.map);
    L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(this.map);
  }

  // The scale at the lower edge must not lie on what is looked at.
  showAll() {
    // A map that is still zooming passes over where it is sent: it is sent there when it has come to rest.
    if (this.map._animatingZoom) return this.map.once("zoomend", () => this.showAll());
    if (!this.hasRoom()) return;
    const edges = { paddingTopLeft: [16, 12], paddingBottomRight: [16, 30] };
    this.map.fitBounds(this.content.bounds, { animate: false, ...edges });
    this.home = { centre: this.map.getCenter(), zoom: this.map.getZoom() };
  }

  // In a frame that is hidden, folded or far down its page, a map has no size for a while; nothing fits into that.
  hasRoom() {
    const { x, y } = this.map.getSize();
    return x >= LEAST_PX && y >= LEAST_PX;
  }

  // Whoever looks at all of it goes on to see all of it when a notice or a panel takes room from the map.
  keepAll() {
    const { map, home } = this;
    if (!home || map.getZoom() !== home.zoom || this.root.classList.contains("kh-printing")) return;
    if (map.project(map.getCenter()).distanceTo(map.project(home.centre)) < 3) this.showAll();
  }

  setWidth() {
    this.root.classList.toggle("kh-narrow", isNarrow());
    this.root.classList.toggle("kh-roomy", isNarrow() && !matchMedia("(max-width: 720px)").matches);
  }

  buildTabs() {
    this.tabs = [...this.root.querySelectorAll("[data-kh-tab]")];
    this.tabs.forEach((button, i) => {
      // A second touch gives a phone its map back; on a desk there is room for both.
      button.addEventListener("click", () =>
        this.openTab(isNarrow() && this.tab === button.dataset.khTab ? null : button.dataset.khTab),
      );
      button.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = this.tabs[(i + step + this.tabs.length) % this.tabs.length];
        this.openTab(next.dataset.khTab);
        next.focus();
      });
    });
    this.root.querySelector("[data-kh-open]").addEventListener("click", (event) => {
      event.preventDefault();
      this.openTab("areas");
      this.areas.input.focus();
    });
  }

  openTab(name) {
    this.tab = name;
    for (const button of this.tabs) {
      const on = button.dataset.khTab === name;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on || (!name && button === this.tabs[0]) ? 0 : -1;
      this.root.querySelector(`.kh-panel-${button.dataset.khTab}`).hidden = !on;
    }
    this.root.classList.toggle("kh-closed", !name);
    if (name !== "areas") this.root.classList.remove("kh-wide");
    this.map.invalidateSize({ animate: false });
    if (name === "areas") this.areas?.update();
  }
}
