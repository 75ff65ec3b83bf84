// A page of vector tiles: Leaflet asks for tiles, each is drawn on a canvas, a click tells what lies there.

import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { element, isNarrow } from "../dom.js";
import { tellExpiry } from "../expiry.js";
import { speaker } from "../numbers.js";
import { openArchive } from "./archive.js";
import { drawTile } from "./drawing.js";

const TILE_PX = 256,
  NEAR_PX = 10,
  MOST_TOLD = 12,
  NAMES_ZOOM = 9.5;
const TOLD = ["hazard_id", "hazard_type", "status", "area_m2", "municipality", "contamination", "priority"];

export function start(box, data) {
  const words = speaker(data.texts);
  const [west, south, east, north] = data.bounds;
  const map = L.map(box, { minZoom: data.coarsest, maxZoom: 19, attributionControl: false, zoomSnap: 0.5 });
  map.fitBounds(
    [
      [south, west],
      [north, east],
    ],
    { padding: [20, 20] },
  );
  L.control.scale({ imperial: false }).addTo(map);
  drawPlaces(map, data.places);
  if (isNarrow()) for (const legend of document.querySelectorAll(".kh-legend")) legend.open = false;
  tellExpiry(document.querySelector("header"), data.expiry);
  const tiles = new Tiles(openArchive(data), data, () => failed(box, words));
  new Layer(tiles, data).addTo(map);
  map.on("click", (event) => tellOf(map, tiles, words, event.latlng));
  box.map = map;
  return map;
}

// Outlines under the tiles, and names where there is room for them.
function drawPlaces(map, places) {
  const pane = map.createPane("places");
  pane.style.zIndex = 150;
  const lines = places.flatMap((place) => place.lines);
  L.polyline(lines, { pane: "places", color: "#8a8f94", weight: 1, interactive: false }).addTo(map);
  const names = L.layerGroup(
    places.map((place) =>
      L.marker(place.at, {
        icon: L.divIcon({ className: "kh-place", html: element("span", {}, place.name) }),
        interactive: false,
        keyboard: false,
      }),
    ),
  );
  const show = () => (map.getZoom() >= NAMES_ZOOM ? names.addTo(map) : names.remove());
  map.on("zoomend", show);
  show();
}

class Tiles {
  constructor(archive, data, onFail) {
    this.archive = archive;
    this.data = data;
    this.onFail = onFail;
    this.known = new Map();
  }

  // The tile that holds the ground of a square of the map, nearer than the last zoom the one around it.
  around(coords) {
    const z = Math.min(coords.z, this.data.finest),
      by = 2 ** (coords.z - z);
    return { z, x: Math.floor(coords.x / by), y: Math.floor(coords.y / by), by };
  }

  get({ z, x, y }) {
    const world = 2 ** z,
      key = `${z}/${x}/${y}`;
    if (y < 0 || y >= world) return Promise.resolve(null);
    if (!this.known.has(key)) {
      if (this.known.size > 300) this.known.delete(this.known.keys().next().value);
      const asked = this.archive.getZxy(z, ((x % world) + world) % world, y).then(
        (found) => (found ? new VectorTile(new PbfReader(new Uint8Array(found.data))) : null),
        () => {
          this.known.delete(key);
          this.onFail();
          return undefined;
        },
      );
      this.known.set(key, asked);
    }
    return this.known.get(key);
  }
}

const Layer = L.GridLayer.extend({
  initialize(tiles, data) {
    L.GridLayer.prototype.initialize.call(this, { tileSize: TILE_PX, minZoom: data.coarsest, maxZoom: 19 });
    this.tiles = tiles;
  },

  createTile(coords, done) {
    const density = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
    const canvas = element("canvas", { width: TILE_PX * density, height: TILE_PX * density });
    const around = this.tiles.around(coords);
    this.tiles.get(around).then((tile) => {
      const context = canvas.getContext("2d");
      context.scale(density, density);
      const view = {
        size: TILE_PX * around.by,
        left: (coords.x - around.x * around.by) * TILE_PX,
        top: (coords.y - around.y * around.by) * TILE_PX,
      };
      if (tile === undefined) mark(context);
      else drawTile(context, tile, view);
      done(null, canvas);
    });
    return canvas;
  },
});

// A square that could not be read must not look free.
function mark(context) {
  context.fillStyle = "rgba(75, 0, 130, 0.25)";
  context.fillRect(0, 0, TILE_PX, TILE_PX);
}

function failed(box, words) {
  if (box.parentElement.querySelector(".kh-failed")) return;
  box.parentElement.append(element("p", { class: "kh-failed", role: "alert" }, words.t("tiles.failed")));
}

async function tellOf(map, tiles, words, place) {
  const zoom = Math.max(0, Math.min(Math.round(map.getZoom()), tiles.data.finest));
  const point = map.project(place, zoom).divideBy(TILE_PX);
  const coords = { z: zoom, x: Math.floor(point.x), y: Math.floor(point.y) };
  const tile = await tiles.get(coords);
  if (!tile) return;
  const found = [];
  const pixels = NEAR_PX / 2 ** (map.getZoom() - zoom);
  for (const layer of ["rejected", "hazards", "cells"]) {
    const features = tile.layers[layer];
    if (!features) continue;
    const x = (point.x - coords.x) * features.extent,
      y = (point.y - coords.y) * features.extent;
    const near = (pixels / TILE_PX) * features.extent;
    for (let at = 0; at < features.length; at++) {
      const feature = features.feature(at);
      if (layer === "rejected" ? isNear(feature, x, y, near) : contains(feature.loadGeometry(), x, y))
        found.push([layer, feature.properties]);
    }
  }
  if (!found.length) return;
  const content = element("div", {}, ...found.slice(0, MOST_TOLD).map(([layer, facts]) => told(layer, facts, words)));
  const more = found.length - MOST_TOLD;
  if (more > 0) content.append(element("p", { class: "kh-more" }, words.t("tiles.more", { n: words.number(more) })));
  L.popup({ maxWidth: 320 }).setLatLng(place).setContent(content).openOn(map);
}

function told(layer, facts, words) {
  const { t } = words;
  if (layer === "cells")
    return list([
      [t("field.areas"), words.number(facts.areas)],
      [t("hazard_type.CHA"), words.number(facts.confirmed)],
    ]);
  if (layer === "rejected")
    return list([
      [t("rejected.short"), facts.record_id],
      [t("rejected.extent"), facts.reason],
    ]);
  return list(
    TOLD.filter((name) => Object.hasOwn(facts, name)).map((name) => [
      t(`field.${name}`),
      value(name, facts[name], words),
    ]),
  );
}

function value(name, given, words) {
  if (name === "area_m2") return words.area(given);
  if (given === "") return words.t("unknown");
  const key = `${name}.${given}`;
  return words.has(key) ? words.t(key) : given;
}

function list(rows) {
  const cells = rows.flatMap(([name, text]) => [
    element("dt", {}, String(name)),
    element("dd", {}, String(text ?? "")),
  ]);
  return element("dl", { class: "kh-popup" }, ...cells);
}

function isNear(feature, x, y, near) {
  return feature.loadGeometry().some(([point]) => Math.hypot(point.x - x, point.y - y) <= near);
}

export function contains(rings, x, y) {
  let inside = false;
  for (const ring of rings)
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
      const a = ring[at],
        b = ring[before];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    }
  return inside;
}
