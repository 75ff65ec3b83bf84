// Records that were rejected though it is known where they lie: drawn at every zoom by a sign of their own, as nobody
// knows how far their ground reaches. They answer what is asked of records, so that popups and the list tell them too.

import { worldX, worldY } from "./coding.js";

export const COLOUR = "#7a0177";
const COLUMNS = ["record_id", "row", "reason"];
const HALF_PX = 10;

export class Rejected {
  constructor(items) {
    this.kind = "rejected";
    this.items = items.map((item) => ({
      ...item,
      lines: item.lines.map((line) => line.map(inWorld)),
      signs: item.signs.map(inWorld),
    }));
    this.count = items.length;
    this.key = "record_id";
    this.columns = new Map(COLUMNS.map((name) => [name, { name, kind: name === "row" ? "number" : "text" }]));
    this.later = new Uint8Array(this.count);
    this.source = items;
  }

  value(row, name) {
    return this.source[row][name] ?? null;
  }

  // Nothing hides them: no layer, no date.
  isDrawn() {
    return true;
  }

  hasShape(row) {
    return this.items[row].signs.length > 0;
  }

  latLngs(row) {
    const { lines, signs } = this.source[row];
    return [...lines, ...(lines.length ? [] : signs.map((sign) => [sign]))].map((line) =>
      line.map(([lon, lat]) => [lat, lon]),
    );
  }

  bounds(row) {
    return L.latLngBounds(this.latLngs(row).flat());
  }

  top(row) {
    const [lon, lat] = this.source[row].signs[0];
    return L.latLng(lat, lon);
  }

  // Places of the signs in pixels, of those that are in view.
  signsInView({ world, x, y, bounds }) {
    const { min, max } = bounds,
      found = [];
    for (const { signs } of this.items)
      for (const [wx, wy] of signs) {
        const at = [wx * world - x, wy * world - y];
        if (at[0] > min.x - HALF_PX && at[0] < max.x + HALF_PX && at[1] > min.y - HALF_PX && at[1] < max.y + HALF_PX)
          found.push(at);
      }
    return found;
  }

  boxes(view) {
    return this.signsInView(view).map(([x, y]) => [x - HALF_PX, y - HALF_PX, x + HALF_PX, y + HALF_PX]);
  }

  draw(context, view) {
    context.save();
    context.lineJoin = "round";
    for (const { lines, area } of this.items) for (const line of lines) outline(context, line, area, view);
    for (const [x, y] of this.signsInView(view)) sign(context, x, y);
    context.restore();
  }

  // Those whose sign or line is within a finger's reach, in pixels, of a place in world units.
  rowsAt(x, y, world, reach) {
    const margin = (reach + HALF_PX) / world,
      near = ([a, b]) => Math.hypot(a - x, b - y) <= margin;
    const found = [];
    this.items.forEach(({ signs, lines, area }, row) => {
      const close = (line) => line.some((p, i) => i && distance(x, y, line[i - 1], p) <= reach / world);
      if (signs.some(near) || lines.some((line) => close(line) || (area && inside(x, y, line))))
        found.push({ records: this, row });
    });
    return found;
  }
}

function inWorld([lon, lat]) {
  return [worldX(lon), worldY(lat)];
}

function outline(context, line, area, { world, x, y }) {
  context.beginPath();
  for (const [i, [wx, wy]] of line.entries()) context[i ? "lineTo" : "moveTo"](wx * world - x, wy * world - y);
  if (area) {
    context.fillStyle = "rgba(122,1,119,0.18)";
    context.fill("nonzero");
  }
  context.setLineDash([]);
  context.strokeStyle = "rgba(255,255,255,0.9)";
  context.lineWidth = 5;
  context.stroke();
  context.setLineDash([6, 4]);
  context.strokeStyle = COLOUR;
  context.lineWidth = 2.5;
  context.stroke();
}

// The same size at every zoom: a white triangle with a question mark.
export function sign(context, x, y) {
  context.setLineDash([]);
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x, y - 9);
  context.lineTo(x + 10, y + 8);
  context.lineTo(x - 10, y + 8);
  context.closePath();
  context.strokeStyle = "#ffffff";
  context.lineWidth = 4.5;
  context.stroke();
  context.fillStyle = "#ffffff";
  context.fill();
  context.strokeStyle = COLOUR;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = COLOUR;
  context.font = "bold 12px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("?", x, y + 2.5);
}

export function distance(x, y, [ax, ay], [bx, by]) {
  const long = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = long ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)) : 0;
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}

export function inside(x, y, line) {
  let winding = 0;
  for (let p = 0, q = line.length - 1; p < line.length; q = p++) {
    const [px, py] = line[p],
      [qx, qy] = line[q];
    if (qy <= y === py <= y) continue;
    const cross = (px - qx) * (y - qy) - (x - qx) * (py - qy);
    if (py > qy ? cross > 0 : cross < 0) winding += py > qy ? 1 : -1;
  }
  return winding !== 0;
}
