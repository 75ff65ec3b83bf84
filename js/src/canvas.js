// One canvas under all that users add: places, released land, hazards, names. Each area is filled by itself: one path
// for all takes the browser a time that grows with the square of their number.

import { worldX, worldY } from "./coding.js";
import { element } from "./dom.js";
import { drawLabels, FONTS } from "./labels.js";
import { simplifyOutward } from "./outward.js";
import { drawPlaces } from "./places.js";
import { Specks } from "./specks.js";

const ROUGH_PX = 2.5,
  SPECK_PX = 12,
  SIGN_PX = 10,
  MOST_SIGNS = 2500,
  SLIVER_PX = 40,
  SLIVER_AREA = 70,
  PATTERN_PX = 14,
  TOLERANCE_PX = 0.6,
  NEAR_ZOOM = 13;

export const HazardCanvas = L.Renderer.extend({
  options: { padding: 0.12, pane: "hazards" },

  initialize(app, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this.app = app;
    this.scene = app.scene;
    this.xs = new Float64Array(1024);
    this.ys = new Float64Array(1024);
  },

  _initContainer() {
    this._container = element("canvas", { class: "kh-canvas", "aria-hidden": "true" });
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(),
      corner = this._bounds.min;
    const density = this.density ?? Math.max(1, Math.min(3, window.devicePixelRatio || 1));
    L.DomUtil.setPosition(this._container, corner);
    this._container.width = Math.round(size.x * density);
    this._container.height = Math.round(size.y * density);
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this._context.setTransform(density, 0, 0, density, -corner.x * density, -corner.y * density);
    this.draw();
  },

  redraw() {
    if (!this._map) return;
    this._context.clearRect(this._bounds.min.x, this._bounds.min.y, this._bounds.getSize().x, this._bounds.getSize().y);
    this.draw();
  },

  draw() {
    const context = this._context,
      { places, layers } = this.scene;
    const world = 256 * 2 ** this._map.getZoom(),
      origin = this._map.getPixelOrigin();
    const view = { world, x: origin.x, y: origin.y, bounds: this._bounds };
    this.drawnCount = 0;
    // How each hazardous area of the view is told: by a round sign with others, by a sign of its own, or as it is.
    this.told = { grouped: 0, signs: 0, shapes: 0 };
    let grouped = [];
    if (places) drawPlaces(this, context, places, view);
    for (const lines of this.scene.context) lines.draw(context, view);
    // Names lie under the areas: a name must never hide one.
    const rows = layers.map((records) => this.rowsInView(records, view));
    this.labels = places ? drawLabels(this, context, this.framed(view), this.boxesOfAreas(layers, rows, view)) : [];
    // Far out, where an area is as small as a sign, no sign may hide one.
    const drawPoints = () => {
      for (const points of this.scene.points) points.draw(context, view);
    };
    const near = this._map.getZoom() >= NEAR_ZOOM;
    if (!near) drawPoints();
    for (const [i, records] of layers.entries()) if (records.numbered) this.drawRanks(context, records, rows[i], view);
    for (const [i, records] of layers.entries()) {
      if (records.margins) this.drawMargins(context, records, rows[i], view);
      const few = rows[i].length <= MOST_SIGNS,
        groups = few ? this.app.clusters.of(records, rows[i], view, SIGN_PX) : [];
      const together = new Set(groups.flatMap((group) => group.rows)),
        others = rows[i].filter((row) => !together.has(row));
      const [closed, hazardous] = [true, false].map((way) => groups.filter((group) => group.closed === way));
      // What is closed lies below every hazard.
      this.drawGround(context, records, groups, view);
      this.app.clusters.draw(context, closed);
      this.drawRecords(context, records, others, view, few);
      this.app.clusters.draw(context, hazardous);
      grouped = grouped.concat(closed, hazardous);
      this.drawnCount += rows[i].length;
      if (records.kind === "hazards") this.told.grouped = rows[i].length - others.length;
    }
    if (near) drawPoints();
    this.scene.rejected.draw(context, view);
    this.app.clusters.tell(grouped, this.framed(view).frame);
  },

  // The ground of areas that a round sign counts: it may lie beside the sign, and must not look free.
  drawGround(context, records, groups, view) {
    for (const group of groups)
      for (const row of group.rows) {
        const symbol = this.scene.symbols.cached(records, row);
        this.path(context, records.shapes, row, view, TOLERANCE_PX);
        context.fillStyle = this.scene.symbols.plain(symbol.fill, 0.85);
        context.fill("nonzero");
        this.scene.symbols.stroke(context, symbol, 0);
      }
    this.lastFill = null;
  },

  // The number of the first in the order of urgency, beside each and under all areas.
  drawRanks(context, records, rows, view) {
    const { box } = records.shapes;
    context.font = `700 ${12 * this.scene.textScale}px ${FONTS}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.setLineDash([]);
    for (const row of rows) {
      const rank = records.value(row, "rank");
      if (rank === null || rank > records.numbered) continue;
      const [left, north, right, south] = [0, 1, 2, 3].map(
        (i) => box[4 * row + i] * view.world - (i % 2 ? view.y : view.x),
      );
      const x = Math.max(right, (left + right) / 2 + (records.knowsContamination ? 8 : 6)) + 3;
      context.strokeStyle = "rgba(255,255,255,0.95)";
      context.lineWidth = 4;
      context.strokeText(String(rank), x, (north + south) / 2);
      context.fillStyle = "#08306b";
      context.fillText(String(rank), x, (north + south) / 2);
    }
  },

  // How far each area may reach by the accuracy of its survey: a thin band that the area itself covers.
  drawMargins(context, records, rows, view) {
    for (const row of rows) {
      if (!records.value(row, "margin_m")) continue;
      this.path(context, records.margins, row, view, TOLERANCE_PX);
      this.scene.symbols.margin(context);
    }
  },

  drawRecords(context, records, rows, view, few) {
    const { box } = records.shapes,
      { symbols } = this.scene;
    const specks = few ? null : this.specks(view);
    this.lastFill = null;
    let signs = 0;
    for (const row of rows) {
      const left = box[4 * row] * view.world - view.x,
        top = box[4 * row + 1] * view.world - view.y;
      const right = box[4 * row + 2] * view.world - view.x,
        bottom = box[4 * row + 3] * view.world - view.y;
      const size = Math.max(right - left, bottom - top),
        symbol = symbols.cached(records, row);
      // What is shown as released must never look larger than it is.
      const released = records.kind === "releases" && !records.later[row];
      if (few && size < SIGN_PX) {
        symbols.dot(context, symbol, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
        this.lastFill = null;
        signs += 1;
      } else if (released) {
        this.drawReleased(context, records.shapes, row, view, symbol, size, few);
        this.lastFill = null;
      } else if (few || size >= SPECK_PX) this.drawShape(context, records.shapes, row, view, symbol, size, few);
      else if (size < ROUGH_PX) specks.addBox(left, top, right, bottom, symbol.fill);
      else specks.addShape(records.shapes, row, view, symbol.fill);
    }
    specks?.paint(context, symbols);
    if (records.kind === "hazards") Object.assign(this.told, { signs, shapes: rows.length - signs });
  },

  // Every point as it is, filled by the even-odd rule, and the outline inside of its ring.
  drawReleased(context, shapes, row, view, symbol, size, few) {
    const { symbols } = this.scene,
      outlined = few || size >= PATTERN_PX;
    this.path(context, shapes, row, view, 0);
    context.save();
    context.clip("evenodd");
    if (few && symbols.onTiles) symbols.underlay(context, symbol, "evenodd");
    context.fillStyle = size < PATTERN_PX ? symbols.plain(symbol.fill) : symbols.fillStyle(context, symbol.fill);
    context.fill("evenodd");
    if (outlined) symbols.stroke(context, symbol, size, 2);
    context.restore();
    if (few) this.markSmallParts(context, shapes, row, view, symbol);
  },

  drawShape(context, shapes, row, view, symbol, size, few) {
    const { symbols } = this.scene;
    const fill = size < PATTERN_PX ? symbols.plain(symbol.fill) : symbols.fillStyle(context, symbol.fill);
    this.path(context, shapes, row, view, TOLERANCE_PX);
    if (few && symbols.onTiles) symbols.underlay(context, symbol);
    // To set a pattern takes time, so it is set when it changes.
    if (fill !== this.lastFill || symbols.onTiles) context.fillStyle = fill;
    this.lastFill = fill;
    context.fill("nonzero");
    if (few || size >= PATTERN_PX) symbols.stroke(context, symbol, size);
    if (few && this.markSmallParts(context, shapes, row, view, symbol)) this.lastFill = null;
  },

  specks({ bounds }) {
    const size = bounds.getSize();
    this.known ??= new Specks();
    return this.known.start(bounds.min.x, bounds.min.y, size.x, size.y);
  },

  // Parts of an area that lie apart may each be too small to be seen, though together they are not; and a long thin
  // part may be hard to find. The former get the sign that covers them, the latter one beside their outline.
  markSmallParts(context, shapes, row, view, symbol) {
    const { rings, points, wx, wy } = shapes,
      { symbols } = this.scene;
    const several = rings[row + 1] - rings[row] > 1;
    let marked = false;
    for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
      let west = Infinity,
        north = Infinity,
        east = -Infinity,
        south = -Infinity,
        wound = 0;
      for (let p = points[ring], end = points[ring + 1], q = end - 1; p < end; q = p++) {
        west = Math.min(west, wx[p]);
        east = Math.max(east, wx[p]);
        north = Math.min(north, wy[p]);
        south = Math.max(south, wy[p]);
        wound += (wx[p] - wx[q]) * (wy[p] + wy[q] - 2 * wy[points[ring]]);
      }
      const width = (east - west) * view.world,
        height = (south - north) * view.world,
        size = Math.max(width, height);
      // Shells wind one way, holes the other; a hole is no ground.
      if (wound < 0 || size >= SLIVER_PX) continue;
      const x = ((west + east) / 2) * view.world - view.x,
        y = ((north + south) / 2) * view.world - view.y;
      const covers = several && size < SIGN_PX,
        thin = (wound / 2) * view.world ** 2 < SLIVER_AREA;
      if (covers) symbols.dot(context, symbol, x, y, width, height);
      else if (thin) symbols.dot(context, symbol, x, y, 0, 0);
      marked ||= covers || thin;
    }
    return marked;
  },

  // Where names had better not stand; with very many areas there is no free room anyway.
  // The part of the canvas that is looked at, and what lies over it.
  framed(view) {
    const map = this._map,
      corner = map.containerPointToLayerPoint([0, 0]),
      size = map.getSize(),
      from = map.getContainer().getBoundingClientRect();
    const controls = [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
      const box = control.getBoundingClientRect();
      const [x, y] = [box.left - from.left + corner.x, box.top - from.top + corner.y];
      return [x - 2, y - 2, x + box.width + 2, y + box.height + 2];
    });
    return { ...view, frame: [corner.x, corner.y, corner.x + size.x, corner.y + size.y], controls };
  },

  boxesOfAreas(layers, rows, view) {
    const boxes = this.scene.rejected.count > 400 ? [] : this.scene.rejected.boxes(view);
    layers.forEach((records, i) => {
      const { box } = records.shapes;
      for (const row of rows[i].length > 400 ? [] : rows[i]) {
        const [west, north, east, south] = [0, 1, 2, 3].map(
          (i) => box[4 * row + i] * view.world - (i % 2 ? view.y : view.x),
        );
        const grow = records.kind !== "hazards" ? 4 : records.knowsContamination ? 8 : 6;
        boxes.push([west - grow, north - grow, east + grow, south + grow]);
      }
    });
    return boxes;
  },

  rowsInView(records, { world, x, y, bounds }) {
    const west = (bounds.min.x + x - 8) / world,
      east = (bounds.max.x + x + 8) / world;
    const north = (bounds.min.y + y - 8) / world,
      south = (bounds.max.y + y + 8) / world;
    const { box } = records.margins ?? records.shapes,
      rows = [],
      order = this.scene.order(records);
    for (let i = 0; i < order.length; i++) {
      const row = order[i],
        at = 4 * row;
      if (
        box[at] <= east &&
        box[at + 2] >= west &&
        box[at + 1] <= south &&
        box[at + 3] >= north &&
        records.isDrawn(row)
      )
        rows.push(row);
    }
    return rows;
  },

  path(context, shapes, row, view, tolerance) {
    context.beginPath();
    for (let ring = shapes.rings[row]; ring < shapes.rings[row + 1]; ring++) {
      const count = this.ringOnScreen(shapes, ring, view, tolerance);
      if (count < 3) continue;
      context.moveTo(this.xs[0], this.ys[0]);
      for (let i = 1; i < count; i++) context.lineTo(this.xs[i], this.ys[i]);
      context.closePath();
    }
  },

  // Points of a ring in pixels, simplified; a hole too small to see gives none, so its ground is covered. Without a
  // tolerance they are all of them, as released ground needs them.
  ringOnScreen(shapes, ring, { world, x, y }, tolerance) {
    const first = shapes.points[ring],
      count = shapes.points[ring + 1] - first;
    if (count > this.xs.length) {
      this.xs = new Float64Array(2 * count);
      this.ys = new Float64Array(2 * count);
    }
    for (let i = 0; i < count; i++) {
      this.xs[i] = shapes.wx[first + i] * world - x;
      this.ys[i] = shapes.wy[first + i] * world - y;
    }
    return simplifyOutward(this.xs, this.ys, count, tolerance);
  },

  // What is drawn of an area at a zoom, in world units: the promise that a hazard is covered, and a release not
  // exceeded, is tested on this.
  drawnRings(shapes, row, zoom, released = false) {
    const view = { world: 256 * 2 ** zoom, x: 0, y: 0 },
      rings = [];
    for (let ring = shapes.rings[row]; ring < shapes.rings[row + 1]; ring++) {
      const count = this.ringOnScreen(shapes, ring, view, released ? 0 : TOLERANCE_PX);
      rings.push(Array.from({ length: count }, (_, i) => [this.xs[i] / view.world, this.ys[i] / view.world]));
    }
    return rings;
  },

  // Areas under a point, uppermost first; `reach` in pixels helps fingers and areas drawn as signs.
  rowsAt(latlng, reach) {
    const world = 256 * 2 ** this._map.getZoom(),
      x = worldX(latlng.lng),
      y = worldY(latlng.lat),
      margin = reach / world;
    const found = [this.scene.rejected, ...this.scene.points.toReversed()].flatMap((signs) =>
      signs.rowsAt(x, y, world, reach),
    );
    for (const records of [...this.scene.layers].reverse()) {
      const { box } = records.shapes,
        order = this.scene.order(records);
      const sure = [],
        close = [];
      for (let i = order.length - 1; i >= 0; i--) {
        const row = order[i],
          at = 4 * row;
        if (
          x < box[at] - margin ||
          x > box[at + 2] + margin ||
          y < box[at + 1] - margin ||
          y > box[at + 3] + margin ||
          !records.isDrawn(row)
        )
          continue;
        if (records.covers(row, x, y)) sure.push({ records, row });
        else if (Math.max(box[at + 2] - box[at], box[at + 3] - box[at + 1]) * world < 1.5 * SIGN_PX)
          close.push({ records, row });
      }
      found.push(...sure, ...close);
    }
    return found;
  },
});
