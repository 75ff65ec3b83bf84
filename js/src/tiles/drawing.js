// How a tile is drawn: cells by how many areas touch them, areas by type and status, signs for rejected records.

const RED = "255, 0, 0",
  ORANGE = "244, 167, 24",
  SIGN_PX = 8,
  HATCH_PX = 7,
  SPECK_PX = 5;
const RELEASED = new Set(["closed", "handed over"]);

export function drawTile(context, tile, view) {
  for (const layer of ["cells", "hazards", "rejected"]) {
    const features = tile?.layers[layer];
    if (!features) continue;
    const scale = view.size / features.extent;
    for (let at = 0; at < features.length; at++) {
      const feature = features.feature(at);
      if (layer === "rejected") drawSign(context, feature, scale, view);
      else drawArea(context, feature, scale, view, layer === "cells");
    }
  }
}

function drawArea(context, feature, scale, view, isCell) {
  const { properties } = feature;
  const [west, north, east, south] = feature.bbox();
  context.beginPath();
  const speck = Math.max(east - west, south - north) * scale < SPECK_PX;
  if (speck) {
    // What is too small to be seen is drawn larger.
    const x = ((west + east) / 2) * scale - view.left,
      y = ((north + south) / 2) * scale - view.top;
    context.rect(x - SPECK_PX / 2, y - SPECK_PX / 2, SPECK_PX, SPECK_PX);
  } else trace(context, feature.loadGeometry(), scale, view);
  if (isCell) {
    const strength = Math.min(0.85, 0.25 + 0.12 * Math.log2(1 + properties.areas));
    context.fillStyle = `rgba(${properties.confirmed > 0 ? RED : ORANGE}, ${strength})`;
    context.fill();
    return;
  }
  const released = RELEASED.has(properties.status),
    confirmed = properties.hazard_type !== "SHA";
  if (!released) {
    context.fillStyle = confirmed ? `rgba(${RED}, 0.5)` : hatch(context);
    context.fill("evenodd");
  }
  context.lineWidth = 1.5;
  context.setLineDash(!released && !confirmed && !speck ? [6, 3] : []);
  context.strokeStyle = released ? "#2a7d2a" : confirmed ? "#b00000" : "#8a5a00";
  context.stroke();
}

function trace(context, rings, scale, view) {
  for (const ring of rings) {
    for (const [at, point] of ring.entries()) {
      const x = point.x * scale - view.left,
        y = point.y * scale - view.top;
      if (at) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    context.closePath();
  }
}

let pattern;

function hatch(context) {
  if (pattern) return pattern;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH_PX;
  const brush = canvas.getContext("2d");
  brush.fillStyle = `rgba(${ORANGE}, 0.5)`;
  brush.fillRect(0, 0, HATCH_PX, HATCH_PX);
  brush.strokeStyle = `rgba(138, 90, 0, 0.75)`;
  brush.beginPath();
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    brush.moveTo(shift, HATCH_PX);
    brush.lineTo(shift + HATCH_PX, 0);
  }
  brush.stroke();
  pattern = context.createPattern(canvas, "repeat");
  return pattern;
}

function drawSign(context, feature, scale, view) {
  for (const [point] of feature.loadGeometry()) {
    const x = point.x * scale - view.left,
      y = point.y * scale - view.top;
    context.setLineDash([]);
    context.beginPath();
    context.arc(x, y, SIGN_PX, 0, 2 * Math.PI);
    context.fillStyle = "#ffffff";
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = "#4b0082";
    context.stroke();
    context.fillStyle = "#4b0082";
    context.font = "bold 12px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText("?", x, y + 1);
  }
}
