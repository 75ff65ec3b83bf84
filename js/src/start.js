// The beginning: the map is there at once, so that what users add finds it; the data follow when they are unpacked.

import { Areas } from "./areas.js";
import { HazardCanvas } from "./canvas.js";
import { Clusters } from "./clusters.js";
import { readPoints, readShapes, readTable } from "./coding.js";
import { Context } from "./context.js";
import { element, isNarrow } from "./dom.js";
import { tellExpiry } from "./expiry.js";
import { App } from "./frame.js";
import { Layers } from "./layers.js";
import { Legend } from "./legend.js";
import { drawingOrder } from "./order.js";
import { Points } from "./points.js";
import { Popups } from "./popup.js";
import { Records } from "./records.js";
import { Rejected } from "./rejected.js";
import { readRelief } from "./relief.js";
import { Symbols } from "./symbols.js";
import { TimeSlider } from "./time.js";
import { addLocate, Coordinates, Measure, Permalink, preparePrint } from "./tools.js";
import { ORDERS } from "./words.js";

export function start(id, options) {
  const content = JSON.parse(document.getElementById(`${id}-data`).textContent);
  L.Icon.Default.imagePath = "";
  L.Icon.Default.mergeOptions(content.icons);
  const still = { zoomAnimation: false, fadeAnimation: false, inertia: false };
  const map = L.map(id, matchMedia("(prefers-reduced-motion: reduce)").matches ? { ...options, ...still } : options);
  map.createPane("hazards").style.zIndex = 350;
  map.createPane("marked").style.zIndex = 640;
  map.getPane("marked").style.pointerEvents = "none";
  const app = new App(id, content, map);
  tellExpiry(app.root.querySelector(".kh-head"), content.expiry);
  app.buildTools();
  app.buildTabs();
  // All that takes room from the map is there before its first view is chosen.
  app.time = content.time ? new TimeSlider(app, content.time) : null;
  openFirstTab(app);
  if (app.hasRoom()) app.showAll();
  else showWhenSized(app);
  fill(app).catch((error) => {
    app.root.querySelector(".kh-hidden").replaceChildren(element("span", {}, app.say.t("failed")));
    throw error;
  });
  return map;
}

function openFirstTab(app) {
  app.setWidth();
  app.openTab(isNarrow() ? null : "legend");
}

// The page in a frame, as in a report or a hidden tab, may begin before it has a size, in which no view can be fitted.
function showWhenSized(app) {
  app.map.setView(L.latLngBounds(app.content.bounds).getCenter(), 8, { animate: false });
  const watch = new ResizeObserver(() => {
    app.map.invalidateSize({ animate: false });
    if (!app.hasRoom()) return;
    watch.disconnect();
    openFirstTab(app);
    app.showAll();
  });
  watch.observe(app.map.getContainer());
}

async function fill(app) {
  const { content } = app;
  const kinds = ["releases", "hazards"].filter((kind) => content[kind]);
  const [places, relief, context, points, ...layers] = await Promise.all([
    content.places && readPlaces(content),
    content.relief && readRelief(content.relief),
    Promise.all(Object.entries(content.context ?? {}).map(readLines)),
    Promise.all(Object.entries(content.points).map(readLayer)),
    ...kinds.map((kind) => readRecords(kind, content[kind], content)),
  ]);
  app.places = places;
  const classes = content.ranking?.classes ?? [];
  ORDERS.rank_class = classes;
  const symbols = new Symbols(content.symbols, classes),
    orders = new Map();
  const order = (records) => {
    if (!orders.has(records)) orders.set(records, drawingOrder(records));
    return orders.get(records);
  };
  app.scene = {
    layers,
    context: relief ? [relief, ...context] : context,
    points,
    rejected: new Rejected(content.rejected?.records ?? []),
    places: app.places,
    symbols,
    order,
    textScale: parseFloat(getComputedStyle(app.root).fontSize) / 14,
  };
  app.clusters = new Clusters(app);
  app.canvas = new HazardCanvas(app);
  watchTiles(app);
  build(app);
  // Last, so that it is drawn once, and in its place.
  app.canvas.addTo(app.map);
  app.root.classList.add("kh-ready");
}

// Tiles may come with the map or be added later: then places are drawn as lines, and areas stand out from any ground.
function watchTiles(app) {
  const look = ({ layer } = {}) => {
    if (layer && !(layer instanceof L.GridLayer)) return;
    let tiles = false;
    app.map.eachLayer((one) => (tiles ||= one instanceof L.GridLayer));
    if (tiles === app.scene.symbols.onTiles) return;
    app.scene.symbols.onTiles = tiles;
    app.canvas.redraw();
  };
  app.map.on("layeradd layerremove", look);
  look();
}

function build(app) {
  const panel = (name) => app.root.querySelector(`.kh-panel-${name}`);
  app.measure = new Measure(app);
  if (app.content.locate) addLocate(app);
  app.popups = new Popups(app);
  app.legend = new Legend(app, panel("legend"));
  app.layers = new Layers(app, panel("layers"));
  app.areas = new Areas(app, panel("areas"));
  new Coordinates(app);
  preparePrint(app);
  app.refresh();
  app.permalink = new Permalink(app);
  app.permalink.read();
}

async function readRecords(kind, coded, { public: isPublic, ranking }) {
  const [shapes, columns, margins] = await Promise.all([
    readShapes(coded.shapes),
    readTable(coded.columns),
    coded.margins && readShapes(coded.margins),
  ]);
  const records = new Records(kind, shapes, columns);
  records.margins = margins;
  if (kind === "releases") records.addFacet("product");
  else
    for (const name of isPublic ? ["hazard_type", "status"] : ["hazard_type", "status", "contamination", "priority"])
      records.addFacet(name);
  if (ranking && kind === "hazards") {
    records.addFacet("rank_class");
    records.numbered = ranking.top;
  }
  const levels = ["region", "district", "municipality"].filter((name) =>
    columns.some((column) => column.name === name && (column.values ?? column.cells).some((value) => value !== null)),
  );
  if (levels.length) records.addFacet("place", levels);
  return records;
}

async function readLayer([kind, coded]) {
  const [at, columns] = await Promise.all([readPoints(coded.at), readTable(coded.columns)]);
  return new Points(kind, at, columns);
}

async function readLines([kind, coded]) {
  return new Context(kind, await readPoints(coded));
}

async function readPlaces({ places, shade }) {
  const levels = await Promise.all(
    places.levels.map(async (level) => ({ ...level, shapes: await readShapes(level.shapes) })),
  );
  const on = Object.fromEntries([...levels.map((level) => [level.level, true]), ["names", true]]);
  return { levels, on, shade: shade && { ...shade, on: true, byRow: (row) => shade.places[row] ?? null } };
}
