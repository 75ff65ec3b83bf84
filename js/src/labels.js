// Outlines and names of places. A name appears when there is room for it, and never on another.

import { worldX, worldY } from "./coding.js";

const FONTS = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
const SHADES = ["#eef3f8", "#c9d9e8", "#9dbbd6", "#6d97bf", "#3f6f9f", "#255079", "#153654", "#0c2238", "#06121f"];

export function shadeColour(index, count) {
  return SHADES[Math.round((index * (SHADES.length - 4)) / Math.max(1, count - 1))] ?? SHADES[0];
}

export function drawPlaces(renderer, context, places, view) {
  const { levels, on, shade } = places,
    { onTiles } = renderer.scene.symbols;
  levels.forEach((level, rank) => {
    for (let row = 0; row < level.shapes.count; row++) {
      if (!boxInView(level.shapes.box, row, view)) continue;
      renderer.path(context, level.shapes, row, view, 0);
      if (rank === 0) fillPlace(context, row, shade, onTiles, renderer.scene.symbols);
      if (!on[level.level]) continue;
      context.setLineDash([]);
      context.lineJoin = "round";
      if (onTiles) {
        context.strokeStyle = rank ? "rgba(255,255,255,0.7)" : "rgba(255,255,255,0.4)";
        context.lineWidth = rank ? 3.8 : 2.2;
        context.stroke();
      }
      context.strokeStyle = rank ? "#5a5a5a" : "rgba(90,90,90,0.55)";
      context.lineWidth = rank ? 1.8 : 0.9;
      context.stroke();
    }
  });
}

function fillPlace(context, row, shade, onTiles, symbols) {
  const found = shade?.on ? shade.byRow(row) : null;
  if (found && found.class >= 0) context.fillStyle = shadeColour(found.class, shade.limits.length);
  else if (found && found.class === -1)
    context.fillStyle = symbols.fillStyle(context, { colour: "#b0b4b8", opacity: 0.35, pattern: "hatched" });
  else if (onTiles) return;
  else context.fillStyle = "#fbfaf6";
  context.fill("nonzero");
}

function boxInView(box, row, { world, x, y, bounds }) {
  const at = 4 * row;
  return (
    box[at] * world - x <= bounds.max.x &&
    box[at + 2] * world - x >= bounds.min.x &&
    box[at + 1] * world - y <= bounds.max.y &&
    box[at + 3] * world - y >= bounds.min.y
  );
}

export function drawLabels(renderer, context, view, zoom, areas) {
  const { places, symbols, textScale } = renderer.scene;
  if (!places.on.names) return;
  const label = { context, view, areas, taken: [], halo: symbols.onTiles ? 5 : 3.5, size: 12 * textScale };
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.setLineDash([]);
  // District names lead while the view is wide; then the municipalities tell more.
  const level = zoom < 8.6 && places.levels.length > 1 ? places.levels[1] : places.levels[0];
  const order = [...level.shown.keys()].sort((a, b) => level.labels[b][2] - level.labels[a][2]);
  for (const row of order) placeLabel(label, level, row);
}

function placeLabel({ context, view, areas, taken, halo, size }, level, row) {
  const [lon, lat, room] = level.labels[row];
  const x = Math.round(worldX(lon) * view.world - view.x),
    y = Math.round(worldY(lat) * view.world - view.y);
  const { min, max } = view.bounds;
  if (x < min.x || x > max.x || y < min.y || y > max.y) return;
  const fonts = [`600 ${size}px ${FONTS}`, `italic ${size - 1}px ${FONTS}`];
  context.font = fonts[0];
  const roomPx = (room / 360) * view.world * 2.6;
  const lines = [level.shown[row]];
  const width = context.measureText(lines[0]).width;
  if (width > roomPx + 8) return;
  if (level.other[row] && roomPx > 110) lines.push(level.other[row]);
  const line = 1.25 * size,
    high = 0.625 * size * lines.length;
  const boxAt = ([right, down]) => [
    x + right - width / 2 - 3,
    y + down - high,
    x + right + width / 2 + 3,
    y + down + high,
  ];
  // Beside an area rather than on it, if there is room near by; on another name never.
  const free = (boxes) => (shift) => !boxes.some((other) => overlap(boxAt(shift), other));
  const reach = Math.max(14, roomPx / 5),
    shifts = [
      [0, 0],
      ...[1, 1.7].flatMap((far) => SHIFTS.map(([right, down]) => [right * reach * far, down * reach * far])),
    ];
  const shift = shifts.filter(free(taken)).find(free(areas));
  if (!shift) return;
  taken.push(boxAt(shift));
  const [left, top] = [Math.round(x + shift[0]), Math.round(y + shift[1])];
  lines.forEach((text, i) => {
    const at = top + (i - (lines.length - 1) / 2) * line;
    context.font = fonts[i];
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.lineWidth = halo;
    context.strokeText(text, left, at);
    context.fillStyle = i ? "#4d565c" : "#2b343a";
    context.fillText(text, left, at);
  });
}

const SHIFTS = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
];

function overlap(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}
