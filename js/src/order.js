import { own } from "./dom.js";

const SIZES = 640;

// In which order areas are drawn: suspected under confirmed, large under small, to an eighth of a power of two.
export function drawingOrder(records) {
  const { box } = records.shapes,
    rank = { "": 0, SHA: 1, CHA: 2, cancelled: 0, reduced: 1, cleared: 2 };
  const { codes, groups } = records.facets.get(records.kind === "hazards" ? "hazard_type" : "product");
  const ranks = groups.map(({ path }) => own(rank, path[0]) ?? 0);
  const places = new Int32Array(records.count),
    starts = new Uint32Array(3 * SIZES + 1);
  for (let row = 0, at = 0; row < records.count; row++, at += 4) {
    if (!records.hasShape(row)) {
      places[row] = -1;
      continue;
    }
    const octaves = -Math.log2(Math.max((box[at + 2] - box[at]) * (box[at + 3] - box[at + 1]), 1e-24));
    places[row] = ranks[codes[row]] * SIZES + Math.max(0, Math.min(SIZES - 1, Math.floor(8 * octaves)));
    starts[places[row] + 1] += 1;
  }
  for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
  const order = new Uint32Array(starts[3 * SIZES]);
  for (let row = 0; row < records.count; row++) if (places[row] >= 0) order[starts[places[row]]++] = row;
  return order;
}
