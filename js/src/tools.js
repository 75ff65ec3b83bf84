// Small tools: measure, coordinates under the pointer, own position, the address of a view, the printed page.

import { element } from "./dom.js";
import { coordinatesTold, distance, ringArea } from "./geodesy.js";

export class Measure {
  constructor(app) {
    this.app = app;
    this.active = false;
    this.points = [];
    this.line = L.polyline([], { color: "#0b3d66", weight: 3, dashArray: "6 5", interactive: false });
    this.button = app.tool("measure", () => this.toggle());
    this.button.setAttribute("aria-pressed", "false");
    this.told = element("div", { class: "kh-measure", role: "status", hidden: true });
    app.root.querySelector(".kh-place-of-map").append(this.told);
    app.map.on("click", ({ latlng }) => this.active && this.add(latlng));
    // With the keyboard a point is set where the map is centred.
    app.map.getContainer().addEventListener("keydown", (event) => {
      if (!this.active) return;
      if (event.key === "Enter" && event.target === app.map.getContainer()) this.add(app.map.getCenter());
      if (event.key === "Escape") this.toggle();
    });
  }

  toggle() {
    this.active = !this.active;
    this.button.setAttribute("aria-pressed", String(this.active));
    this.app.map.getContainer().classList.toggle("kh-measuring", this.active);
    this.points = [];
    this.told.hidden = !this.active;
    if (this.active) this.line.addTo(this.app.map);
    else this.line.remove();
    this.tell();
  }

  add(latlng) {
    this.points.push(latlng);
    this.tell();
  }

  tell() {
    const { t, length, area } = this.app.say,
      { points } = this;
    this.line.setLatLngs(points.length > 2 ? [...points, points[0]] : points);
    const total = points.slice(1).reduce((sum, point, i) => sum + distance(points[i], point), 0);
    const parts = [points.length < 2 ? t("measure.hint") : t("measure.length", { length: length(total) })];
    if (points.length > 2) parts.push(t("measure.area", { area: area(ringArea(points)) }));
    // In words that can be passed on by radio: where the last point lies.
    if (points.length) parts.push(coordinatesTold(points.at(-1).lat, points.at(-1).lng, this.app.content.grid)[1]);
    this.told.textContent = parts.join(" · ");
  }
}

export class Coordinates {
  constructor(app) {
    this.app = app;
    this.box = app.root.querySelector(".kh-coordinates");
    app.map.on("mousemove", ({ latlng }) => this.tell(latlng));
    app.map.on("moveend", () => this.tell(app.map.getCenter()));
    this.tell(app.map.getCenter());
  }

  tell(point) {
    const { lat, lng } = point.wrap();
    this.box.replaceChildren(
      ...coordinatesTold(lat, lng, this.app.content.grid).map((part) => element("span", {}, part)),
    );
  }
}

export function addLocate(app) {
  app.tool("locate", () => app.map.locate({ setView: true, maxZoom: 15 }));
  const spot = L.circleMarker([0, 0], { radius: 7, color: "#0b3d66", fillOpacity: 0.6, interactive: false });
  app.map.on("locationfound", ({ latlng }) => spot.setLatLng(latlng).addTo(app.map));
  app.map.on("locationerror", () => app.tell(app.say.t("locate.failed")));
}

// Position, switched-off groups and date in the address, so that a view can be sent to someone.
export class Permalink {
  constructor(app) {
    this.app = app;
    app.map.on("moveend", () => this.write());
    addEventListener("hashchange", () => this.read());
  }

  write() {
    const { app } = this,
      centre = app.map.getCenter(),
      off = [];
    for (const records of app.scene.layers) {
      for (const facet of records.facets.values())
        for (const group of facet.groups) if (!group.on) off.push([records.kind, facet.name, ...group.path]);
    }
    const state = new URLSearchParams({
      view: `${app.map.getZoom()}/${centre.lat.toFixed(5)}/${centre.lng.toFixed(5)}`,
    });
    // A long list of places would make an address that no mail carries.
    if (off.length && JSON.stringify(off).length < 1500) state.set("off", JSON.stringify(off));
    if (app.time && app.time.day !== null) state.set("day", new Date(app.time.day * 864e5).toISOString().slice(0, 10));
    try {
      history.replaceState(null, "", `#${state}`);
    } catch {
      // A page inside a notebook has no address of its own.
    }
  }

  read() {
    const { app } = this,
      state = new URLSearchParams(location.hash.slice(1));
    const view = (state.get("view") ?? "").split("/").map(Number);
    if (view.length !== 3 || !view.every(Number.isFinite)) return false;
    this.switchOff(state.get("off"));
    if (app.time) app.time.setDay(state.get("day") ? Date.parse(state.get("day")) / 864e5 : null);
    app.refresh();
    app.map.setView([view[1], view[2]], view[0], { animate: false });
    return true;
  }

  switchOff(text) {
    let off = [];
    try {
      off = JSON.parse(text ?? "[]").map((entry) => JSON.stringify(entry));
    } catch {
      return;
    }
    for (const records of this.app.scene.layers) {
      for (const facet of records.facets.values())
        for (const group of facet.groups)
          group.on = !off.includes(JSON.stringify([records.kind, facet.name, ...group.path]));
    }
  }
}

// The printed page: map, legend, head and notices on one sheet; the picture is drawn anew for its size.
export function preparePrint(app) {
  let view = null,
    tab = null;
  const legend = app.root.querySelector(".kh-panel-legend");
  addEventListener("beforeprint", () => {
    app.popups.close();
    view = app.map.getBounds();
    tab = app.tab;
    app.root.classList.remove("kh-wide");
    app.root.classList.add("kh-printing");
    app.root.classList.remove("kh-narrow", "kh-roomy");
    app.openTab("legend");
    fitToSheet(legend);
    // Browsers print what is drawn now as lines, at any resolution; large canvases come out shifted.
    app.canvas.density = 1;
    app.map.invalidateSize({ animate: false, pan: false });
    app.map.fitBounds(view, { animate: false });
  });
  addEventListener("afterprint", () => {
    app.root.classList.remove("kh-printing");
    app.setWidth();
    legend.style.zoom = "";
    app.canvas.density = undefined;
    app.map.invalidateSize({ animate: false, pan: false });
    if (view) app.map.fitBounds(view, { animate: false });
    app.openTab(tab);
  });
}

// A legend that loses its end on paper explains nothing: it is set smaller until all of it is there.
function fitToSheet(legend) {
  for (let zoom = 1; zoom > 0.4 && legend.scrollHeight > legend.clientHeight + 1; zoom *= 0.95)
    legend.style.zoom = zoom;
}
