// Rivers and roads that the caller gives, for orientation: thin lines that lie under everything a map tells.

import { STEPS, worldX, worldY } from "./coding.js";
import { element } from "./dom.js";

// A river is one line, a road two with white between: told apart without colours too.
const LOOKS = {
  rivers: [{ colour: "#86b3d6", width: 1.2 }],
  roads: [
    { colour: "#b3a081", width: 2.4 },
    { colour: "#ffffff", width: 1 },
  ],
};

export class Context {
  constructor(kind, { owner, lon, lat }) {
    this.kind = kind;
    this.words = `context.${kind}`;
    this.on = true;
    this.wx = Float64Array.from(lon, (step) => worldX(step / STEPS));
    this.wy = Float64Array.from(lat, (step) => worldY(step / STEPS));
    // Where each line begins, and behind the last where it ends.
    this.starts = [...owner.keys()].filter((p) => p === 0 || owner[p] !== owner[p - 1]).concat(owner.length);
    this.boxes = this.starts.slice(0, -1).map((from, i) => this.box(from, this.starts[i + 1]));
  }

  box(from, to) {
    const xs = this.wx.subarray(from, to),
      ys = this.wy.subarray(from, to);
    return [
      xs.reduce((a, b) => Math.min(a, b), Infinity),
      ys.reduce((a, b) => Math.min(a, b), Infinity),
      xs.reduce((a, b) => Math.max(a, b), -Infinity),
      ys.reduce((a, b) => Math.max(a, b), -Infinity),
    ];
  }

  draw(pen, { world, x, y, bounds }) {
    if (!this.on) return;
    const west = (bounds.min.x + x) / world,
      north = (bounds.min.y + y) / world,
      east = (bounds.max.x + x) / world,
      south = (bounds.max.y + y) / world;
    pen.beginPath();
    for (const [i, [left, top, right, bottom]] of this.boxes.entries()) {
      if (left > east || right < west || top > south || bottom < north) continue;
      for (let p = this.starts[i]; p < this.starts[i + 1]; p++) {
        const across = this.wx[p] * world - x,
          down = this.wy[p] * world - y;
        if (p === this.starts[i]) pen.moveTo(across, down);
        else pen.lineTo(across, down);
      }
    }
    stroke(pen, LOOKS[this.kind]);
  }

  swatch() {
    const picture = element("canvas", { width: 60, height: 40, class: "kh-swatch", "aria-hidden": "true" }),
      pen = picture.getContext("2d");
    pen.scale(2, 2);
    pen.moveTo(1, 13);
    pen.bezierCurveTo(10, 3, 18, 18, 29, 7);
    stroke(pen, LOOKS[this.kind]);
    return picture;
  }
}

function stroke(pen, looks) {
  pen.setLineDash([]);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  for (const { colour, width } of looks) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
  }
  pen.lineCap = "butt";
}
