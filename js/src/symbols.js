// The standard symbols: fill by type or product, outline by status. A pattern goes with each colour, so that colour
// alone never tells.

import { clusterSign } from "./clusters.js";
import { element, own } from "./dom.js";
import { drawGlyph, glyphOf } from "./glyphs.js";
import { pointSign } from "./points.js";
import { sign } from "./rejected.js";

const EDGE = "#3a2a12",
  INK = "#1a0d00";
// Half of a sign, and of one that tells the contamination; a diamond is wider by one pixel.
const PLAIN_PX = 4.5,
  ROOMY_PX = 7;
// By rank, the most urgent first; the palest still stands out as hazardous.
const RANKS = ["#08306b", "#2a6fad", "#5fa3d0", "#a9cde4"];
const DASHES = { continuous: [], broken: [9, 5], dotted: [2, 3] };

export class Symbols {
  constructor(marks, rankClasses = []) {
    this.marks = marks;
    this.rankClasses = rankClasses;
    this.onTiles = false;
    this.patterns = new Map();
    this.known = new Map();
    this.colours = new Map();
  }

  of(records, row) {
    if (records.kind === "rejected") return { rejected: true };
    if (records.isPoints) return { point: records.kind, look: records.look(row) };
    if (records.later[row] && records.kind === "releases") return this.notYetReleased();
    const first = records.value(row, records.kind === "releases" ? "product" : "hazard_type") ?? "";
    if (records.kind === "releases") return this.released(first);
    const rank = records.value(row, "rank_class") ?? "",
      contamination = records.knowsContamination ? (records.value(row, "contamination") ?? "") : null;
    return this.hazard(first, records.value(row, "status") ?? "", rank, contamination);
  }

  // The same for all of one type and status or of one product, remembered: a country is drawn with every move.
  cached(records, row) {
    if (records.later[row]) return this.of(records, row);
    records.symbolCodes ??= (
      records.kind === "releases" ? ["product"] : ["hazard_type", "status", "rank_class", "contamination"]
    )
      .filter((name) => records.facets.has(name))
      .map((name) => records.facets.get(name).codes);
    const [first, ...others] = records.symbolCodes,
      key = others.reduce((sum, codes) => sum * 4096 + codes[row], first[row]);
    records.symbols ??= new Map();
    if (!records.symbols.has(key)) records.symbols.set(key, this.of(records, row));
    return records.symbols.get(key);
  }

  // Without a contamination, the sign of a register that knows none.
  hazard(type, status, rankClass = "", contamination = null) {
    const { type: types, status: states } = this.marks;
    const fill = own(types, type) ?? types[""],
      rank = this.rankClasses.indexOf(rankClass);
    return this.once(`hazard ${type} ${status} ${rankClass} ${contamination === null ? "" : `/${contamination}`}`, {
      fill: rank < 0 ? fill : { ...fill, colour: RANKS[Math.min(rank, RANKS.length - 1)], opacity: 0.85 },
      outline: own(states, status) ?? states[""],
      dot: type === "CHA" ? "circle" : "diamond",
      glyph: glyphOf(this.marks.contamination, contamination, contamination !== null),
      // The standard's outline for it is as orange as suspected ground: dark edges and a white core set it apart.
      worked: status === "worked on",
    });
  }

  released(product) {
    const { product: products } = this.marks;
    const outline = { colour: "#404040", opacity: 1, pattern: "dotted" };
    return this.once(`release ${product}`, {
      fill: own(products, product) ?? products[""],
      outline,
      dot: "square",
      thin: true,
    });
  }

  // Ground that was released after the date looked at was hazardous then: it must not look free.
  notYetReleased() {
    return this.once("later", { fill: this.marks.type[""], outline: this.marks.status.open, dot: "square" });
  }

  once(key, symbol) {
    if (!this.known.has(key)) this.known.set(key, symbol);
    return this.known.get(key);
  }

  plain(mark, opacity = mark.opacity) {
    const key = `${mark.colour} ${opacity}`;
    if (!this.colours.has(key)) this.colours.set(key, `rgba(${channels(mark.colour).join(",")},${opacity})`);
    return this.colours.get(key);
  }

  // Colour as a canvas keeps it: red, green, blue, opacity in the order of bytes.
  pixel(mark, opacity) {
    const bytes = Uint8Array.from([...channels(mark.colour), Math.round(255 * opacity)]);
    return new Uint32Array(bytes.buffer)[0];
  }

  fillStyle(context, mark) {
    if (mark.pattern === "solid") return this.plain(mark);
    const key = mark.colour + mark.pattern + mark.opacity;
    if (!this.patterns.has(key)) this.patterns.set(key, context.createPattern(this.tile(mark), "repeat"));
    return this.patterns.get(key);
  }

  tile(mark) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = this.plain(mark);
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = darker(mark.colour);
    pen.lineWidth = 1.6;
    pen.beginPath();
    if (mark.pattern === "horizontal") {
      pen.moveTo(0, 4);
      pen.lineTo(8, 4);
    } else {
      for (const shift of [-8, 0, 8]) {
        pen.moveTo(shift - 1, 9);
        pen.lineTo(shift + 9, -1);
      }
    }
    pen.stroke();
    return tile;
  }

  // On tiles, dark or light, colours and outlines are to look as in the legend: white under what shows of them.
  underlay(context, symbol, rule = "nonzero") {
    context.fillStyle = "rgba(255,255,255,0.6)";
    context.fill(rule);
    context.setLineDash([]);
    context.strokeStyle = "rgba(255,255,255,0.85)";
    context.lineWidth = symbol.thin ? 2.5 : 4;
    context.stroke();
  }

  stroke(context, symbol, size = Number.POSITIVE_INFINITY, times = 1) {
    const width = times * (symbol.thin ? 1 : size < 14 ? 1.25 : 2);
    context.setLineDash(size < 14 ? [] : (DASHES[symbol.outline.pattern] ?? []));
    if (symbol.worked) {
      context.strokeStyle = EDGE;
      context.lineWidth = width + 2.5;
      context.stroke();
    }
    context.strokeStyle = symbol.outline.colour;
    context.lineWidth = symbol.worked ? width + 0.5 : width;
    context.stroke();
  }

  // A sign for what is too small to be seen at this zoom; it covers the box of the area.
  dot(context, symbol, x, y, width, height) {
    context.beginPath();
    SIGNS[symbol.dot](context, x, y, width, height, symbol.glyph ? ROOMY_PX : PLAIN_PX);
    // The sign of a release is hollow: it covers more than was released, so it must not look like released ground.
    if (!symbol.thin) {
      if (this.onTiles) this.underlay(context, symbol);
      context.fillStyle = this.plain(symbol.fill, 0.85);
      context.fill();
    }
    if (symbol.dot === "square") strike(context, symbol.fill.pattern, x, y, Math.max(3, width / 2, height / 2));
    context.strokeStyle = symbol.thin ? darker(symbol.fill.colour) : EDGE;
    context.lineWidth = symbol.thin ? 1.25 : 1;
    context.setLineDash([]);
    context.stroke();
    if (symbol.worked) this.core(context, x, y, symbol.glyph ? ROOMY_PX - 2.2 : 2);
    if (symbol.glyph) drawGlyph(context, symbol.glyph, x, y, this.inkOn(symbol));
  }

  // Dark, but for the darkest of the ranks.
  inkOn({ fill, worked }) {
    const [red, green, blue] = channels(fill.colour);
    return !worked && 0.299 * red + 0.587 * green + 0.114 * blue < 75 ? "#ffffff" : INK;
  }

  // The band of the accuracy of a survey, in the path that is set.
  margin(context) {
    context.fillStyle = "rgba(200,60,0,0.16)";
    context.fill("nonzero");
    context.setLineDash([1.5, 3]);
    context.strokeStyle = "#8a2d00";
    context.lineWidth = 1.25;
    context.stroke();
    context.setLineDash([]);
  }

  core(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = "#ffffff";
    context.fill();
    // A small one is seen by its edge, a large one leaves no room for it.
    if (radius < 3) context.stroke();
  }

  // A picture for the legend and lists.
  swatch(symbol, dot = false) {
    const middle = dot ? 9.5 : 15;
    const canvas = element("canvas", {
      width: symbol.group ? 48 : dot ? 38 : 60,
      height: 40,
      class: `kh-swatch${dot ? " kh-sign" : ""}`,
      "aria-hidden": "true",
    });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    if (symbol.group) {
      canvas.classList.replace("kh-sign", "kh-group");
      clusterSign(context, symbol.group, 1, 12, 10, 0.85, { closed: false, text: String(symbol.count) });
      return canvas;
    }
    if (symbol.rejected) {
      sign(context, middle, 10);
      return canvas;
    }
    if (symbol.margin) {
      context.beginPath();
      context.rect(3, 3, 24, 14);
      this.margin(context);
      return canvas;
    }
    if (symbol.point) {
      pointSign(context, symbol.point, symbol.look, middle, 10);
      return canvas;
    }
    if (dot) {
      this.dot(context, symbol, middle, 10, 0, 0);
      return canvas;
    }
    context.beginPath();
    polygonPath(context, [
      [3, 4],
      [20, 2.5],
      [27, 9],
      [24, 17.5],
      [5, 16.5],
    ]);
    if (symbol.fill) {
      context.fillStyle = this.fillStyle(context, symbol.fill);
      context.fill();
    }
    this.stroke(context, symbol);
    return canvas;
  }
}

const SIGNS = {
  circle: (context, x, y, width, height, least) =>
    context.arc(x, y, Math.max(least, Math.hypot(width, height) / 2), 0, 2 * Math.PI),
  diamond(context, x, y, width, height, least) {
    const half = Math.max(least + 1, (width + height) / 2);
    polygonPath(context, [
      [x, y - half],
      [x + half, y],
      [x, y + half],
      [x - half, y],
    ]);
  },
  square(context, x, y, width, height) {
    const half = Math.max(3, width / 2, height / 2);
    context.rect(x - half, y - half, 2 * half, 2 * half);
  },
};

// One line of the hatching stands for all of it.
function strike(context, pattern, x, y, half) {
  if (pattern === "solid") return;
  const rise = pattern === "horizontal" ? 0 : half;
  context.moveTo(x - half, y + rise);
  context.lineTo(x + half, y - rise);
}

function polygonPath(context, corners) {
  context.moveTo(...corners[0]);
  for (const [x, y] of corners.slice(1)) context.lineTo(x, y);
  context.closePath();
}

function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function darker(colour) {
  return `rgb(${channels(colour)
    .map((part) => Math.round(part * 0.62))
    .join(",")})`;
}
