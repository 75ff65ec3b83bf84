import assert from "node:assert/strict";
import { test } from "node:test";
import { drawingOrder } from "../src/order.js";
import { Records } from "../src/records.js";

// Squares of the given sides, in world units; zero has no shape.
function records(kind, words, sides) {
  const rings = [0];
  const box = new Float64Array(4 * sides.length).fill(Number.NaN);
  sides.forEach((side, row) => {
    rings.push(rings[row] + (side ? 1 : 0));
    if (side) box.set([0.5, 0.5, 0.5 + side, 0.5 + side], 4 * row);
  });
  const column = kind === "hazards" ? "hazard_type" : "product";
  const columns = [
    { name: "id", kind: "text", cells: sides.map((_, row) => `${row}`) },
    { name: column, kind: "text", cells: words },
  ];
  const made = new Records(kind, { count: sides.length, rings, box }, columns);
  made.addFacet(column);
  return made;
}

test("suspected under confirmed, large under small, what is not known under all", () => {
  const sides = [1e-6, 1e-3, 1e-3, 1e-6, 1e-4];
  const order = drawingOrder(records("hazards", ["CHA", "CHA", "SHA", "SHA", null], sides));
  assert.deepEqual([...order], [4, 2, 3, 1, 0]);
});

test("cleared ground lies over reduced over cancelled", () => {
  assert.deepEqual(
    [...drawingOrder(records("releases", ["cleared", "cancelled", "reduced"], [1e-4, 1e-4, 1e-4]))],
    [1, 2, 0],
  );
});

test("every record with a shape is drawn once, those without never", () => {
  const sides = Array.from({ length: 500 }, (_, i) => (i % 7 ? ((i * 37) % 101) * 1e-6 + 1e-7 : 0));
  const words = sides.map((_, i) => ["CHA", "SHA", "constructor", null][i % 4]);
  const order = [...drawingOrder(records("hazards", words, sides))];
  assert.deepEqual(
    order.toSorted((a, b) => a - b),
    sides.flatMap((side, row) => (side ? [row] : [])),
  );
});
