// Names of places. Seats of districts come first and are always named; others where there is room.

import { worldX, worldY } from "./coding.js";
import { arrange, boxAround, inside, overlap, shareCovered } from "./collision.js";

export const FONTS = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
// A name may reach beyond a small place, but not so far that it seems to mean its neighbours.
const WIDEST = 1.8;
const ROOM_FOR_TWO_PX = 110;
const MARGIN_PX = 3;

// Draws the names and gives back what stands where: `text`, `seat`, and the `box` in the pixels of the layers.
export function drawLabels(renderer, context, view, areas) {
  const { places, symbols, textScale } = renderer.scene;
  if (!places.on.names) return [];
  const style = { size: 12 * textScale, halo: symbols.onTiles ? 5 : 3.5 };
  const wanted = namesInView(places.levels, view).map((name) => measured(context, name, style));
  const fitting = wanted.filter((label) => label.must || label.width <= WIDEST * label.wide);
  const surroundings = { frame: view.frame, solid: view.controls, soft: areas };
  const boxes = arrange(fitting, surroundings);
  const labels = fitting.map((label, i) => ({ ...label, box: boxes[i] })).filter((label) => label.box);
  addSecondLines(labels, surroundings, style);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.setLineDash([]);
  for (const label of labels) drawLabel(context, label, style);
  return labels.map(({ text, must, box }) => ({ text, seat: must, box }));
}

// Names of the lowest level whose place is in view, seats first, then the larger before the smaller; a district without
// a seat of its name is named itself while its municipalities are small.
function namesInView(levels, view) {
  const [lowest, districts] = levels;
  const seats = seatsOf(lowest);
  const names = namesOf(lowest, view, (row) => seats.has(row));
  if (districts && names.length) {
    const named = new Set([...seats].map((row) => lowest.district[row]));
    const rooms = names.map((name) => name.room).sort((a, b) => a - b);
    if (rooms[rooms.length >> 1] < 60)
      names.push(...namesOf(districts, view, () => true).filter(({ row }) => !named.has(districts.names[row])));
  }
  return names.sort((a, b) => b.must - a.must || b.room - a.room);
}

// A municipality that has the name of its district is the district's seat.
export function seatsOf(level) {
  level.seats ??= new Set(
    [...level.names.keys()].filter((row) => level.names[row] && level.district?.[row] === level.names[row]),
  );
  return level.seats;
}

function namesOf(level, { world, x, y, frame }, must) {
  const found = [],
    { box } = level.shapes;
  for (const [row, [lon, lat, room]] of level.labels.entries()) {
    const at = [Math.round(worldX(lon) * world - x), Math.round(worldY(lat) * world - y)];
    if (!room || !level.shown[row] || !inside([...at, ...at], frame)) continue;
    // Room is the distance to the nearest edge in degrees of latitude, which Mercator stretches.
    const stretch = world / 360 / Math.cos((lat * Math.PI) / 180);
    found.push({
      row,
      x: at[0],
      y: at[1],
      room: 2 * room * stretch,
      wide: (box[4 * row + 2] - box[4 * row]) * world,
      text: level.shown[row],
      second: level.other[row],
      must: must(row),
    });
  }
  return found;
}

function measured(context, name, { size }) {
  const bold = `${name.must ? 700 : 600} ${size}px ${FONTS}`;
  context.font = bold;
  const width = context.measureText(name.text).width + 2 * MARGIN_PX;
  return { ...name, font: bold, width, height: 1.25 * size, line: 1.25 * size, reach: Math.max(14, name.room / 5) };
}

// The name in the other language below the first, where both have room.
function addSecondLines(labels, { frame, solid, soft }, { size }) {
  for (const label of labels) {
    if (!label.second || label.room < ROOM_FOR_TWO_PX) continue;
    const [west, north, east, south] = label.box;
    const higher = { width: label.width, height: 2 * label.line };
    const box = boxAround(higher, (west + east) / 2, (north + south) / 2);
    const others = [...solid, ...labels.filter((other) => other !== label).map((other) => other.box)];
    if (!inside(box, frame) || others.some((other) => overlap(box, other)) || shareCovered(box, soft) > 0) continue;
    label.box = box;
    label.small = `italic ${size - 1}px ${FONTS}`;
  }
}

function drawLabel(context, { text, second, small, font, box, line }, { halo }) {
  const left = Math.round((box[0] + box[2]) / 2),
    middle = Math.round((box[1] + box[3]) / 2);
  const lines = small ? [text, second] : [text];
  lines.forEach((words, i) => {
    const at = middle + (i - (lines.length - 1) / 2) * line;
    context.font = i ? small : font;
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.lineWidth = halo;
    context.strokeText(words, left, at);
    context.fillStyle = i ? "#4d565c" : "#2b343a";
    context.fillText(words, left, at);
  });
}
