// Evidence, accidents and items found: a sign of its own each, the same size at every zoom. They answer what is asked
// of records, so that popups and the list tell them too.

import { STEPS, worldX, worldY } from "./coding.js";

const MOST_SIGNS = 2500,
  HALF_PX = 8;
export const COLOURS = { evidence: "#1d4f9e", accidents: "#111111", items: "#00606e" };

export class Points {
  constructor(kind, { owner, lon, lat }, columns) {
    this.kind = kind;
    this.isPoints = true;
    this.columns = new Map(columns.map((column) => [column.name, column]));
    this.key = columns[0].name;
    this.count = (columns[0].cells ?? columns[0].codes).length;
    this.later = new Uint8Array(this.count);
    this.on = true;
    this.day = null;
    this.owner = owner;
    this.lon = lon;
    this.lat = lat;
    this.wx = Float64Array.from(lon, (step) => worldX(step / STEPS));
    this.wy = Float64Array.from(lat, (step) => worldY(step / STEPS));
    // Places of one record stand beside each other.
    this.first = new Int32Array(this.count).fill(-1);
    for (let p = owner.length - 1; p >= 0; p--) this.first[owner[p]] = p;
  }

  value(row, name) {
    const column = this.columns.get(name);
    if (!column) return null;
    if (column.cells) return column.cells[row];
    return column.codes[row] < 0 ? null : column.values[column.codes[row]];
  }

  placesTwice() {
    return new Set();
  }

  refresh() {
    this.later.fill(0);
    if (this.day === null) return;
    for (let row = 0; row < this.count; row++) {
      const day = this.value(row, "date");
      if (day !== null && day > this.day) this.later[row] = 1;
    }
  }

  isDrawn(row) {
    return this.on && !this.later[row];
  }

  hasShape(row) {
    return this.first[row] >= 0;
  }

  // What a sign looks like depends on this word.
  look(row) {
    return this.kind === "evidence" ? (this.value(row, "directness") ?? "") : "";
  }

  hiddenCount() {
    let hidden = 0;
    for (let row = 0; row < this.count; row++) if (!this.isDrawn(row)) hidden += 1;
    return hidden;
  }

  places(row) {
    const found = [];
    for (let p = this.first[row]; p >= 0 && this.owner[p] === row; p++) found.push(p);
    return found;
  }

  latLngs(row) {
    return this.places(row).map((p) => [[this.lat[p] / STEPS, this.lon[p] / STEPS]]);
  }

  bounds(row) {
    return L.latLngBounds(this.latLngs(row).flat());
  }

  top(row) {
    return L.latLng(this.latLngs(row)[0][0]);
  }

  inView({ world, x, y, bounds }) {
    const { min, max } = bounds,
      found = [];
    for (let p = 0; p < this.wx.length; p++) {
      const left = this.wx[p] * world - x,
        top = this.wy[p] * world - y;
      if (left < min.x - HALF_PX || left > max.x + HALF_PX || top < min.y - HALF_PX || top > max.y + HALF_PX) continue;
      if (this.isDrawn(this.owner[p])) found.push([left, top, this.owner[p]]);
    }
    return found;
  }

  draw(context, view) {
    const found = this.inView(view);
    context.save();
    if (found.length > MOST_SIGNS) {
      // So many signs would hide the ground; each still is to be seen.
      context.fillStyle = COLOURS[this.kind];
      for (const [x, y] of found) context.fillRect(x - 1.5, y - 1.5, 3, 3);
    } else for (const [x, y, row] of found) pointSign(context, this.kind, this.look(row), x, y);
    context.restore();
  }

  rowsAt(x, y, world, reach) {
    const margin = (reach + HALF_PX) / world,
      found = new Set();
    for (let p = 0; p < this.wx.length; p++)
      if (Math.hypot(this.wx[p] - x, this.wy[p] - y) <= margin && this.isDrawn(this.owner[p])) found.add(this.owner[p]);
    return [...found].map((row) => ({ records: this, row }));
  }
}

// Evidence is a blue house upside down (hollow if not direct), an accident a black star, an item a ring with a cross.
export function pointSign(context, kind, look, x, y) {
  context.setLineDash([]);
  context.lineJoin = "round";
  context.beginPath();
  OUTLINES[kind](context, x, y);
  context.strokeStyle = "#ffffff";
  context.lineWidth = 4.5;
  context.stroke();
  const colour = COLOURS[kind],
    filled = kind === "accidents" || (kind === "evidence" && look === "direct");
  context.fillStyle = filled ? colour : "#ffffff";
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
  if (kind === "evidence") {
    context.fillStyle = filled ? "#ffffff" : colour;
    context.font = "bold 10px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText("!", x, y - 1);
  }
  if (kind === "items") {
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(x - 3, y - 3 * way);
      context.lineTo(x + 3, y + 3 * way);
    }
    context.stroke();
  }
}

const OUTLINES = {
  evidence: (context, x, y) =>
    path(
      context,
      [
        [-6, -7],
        [6, -7],
        [6, 2],
        [0, 8],
        [-6, 2],
      ],
      x,
      y,
    ),
  accidents: (context, x, y) =>
    path(
      context,
      Array.from({ length: 16 }, (_, i) => {
        const angle = (i * Math.PI) / 8,
          radius = i % 2 ? 3.5 : 8.5;
        return [radius * Math.sin(angle), -radius * Math.cos(angle)];
      }),
      x,
      y,
    ),
  items: (context, x, y) => context.arc(x, y, 6, 0, 2 * Math.PI),
};

function path(context, corners, x, y) {
  corners.forEach(([a, b], i) => {
    context[i ? "lineTo" : "moveTo"](x + a, y + b);
  });
  context.closePath();
}
