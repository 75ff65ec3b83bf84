import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, inside, Rejected } from "../src/rejected.js";

const point = { record_id: "K-1", row: 1, reason: "is a point", lines: [], signs: [[0, 0]], area: false };
const line = [
  [0, 0],
  [90, 0],
];
const drawn = { record_id: "K-2", row: 2, reason: "is a line", lines: [line], signs: [[45, 0]], area: false };
const nowhere = { record_id: "K-3", row: 3, reason: "has no polygon", lines: [], signs: [], area: false };
const rejected = new Rejected([point, drawn, nowhere]);

test("a sign has the same size at every zoom, and is found by its pixels", () => {
  for (const zoom of [0, 8, 20]) {
    const world = 256 * 2 ** zoom;
    const view = { world, x: 0, y: 0, bounds: { min: { x: -20, y: -20 }, max: { x: world, y: world } } };
    const [[left, top, right, bottom]] = rejected.boxes(view);
    assert.deepEqual([right - left, bottom - top], [20, 20]);
    assert.equal(rejected.rowsAt(0.5 + 9 / world, 0.5, world, 0)[0].row, 0);
  }
});

test("a line is found along its length, and a record without a position nowhere", () => {
  const world = 256 * 2 ** 10;
  assert.deepEqual(
    rejected.rowsAt(0.7, 0.5, world, 4).map(({ row }) => row),
    [1],
  );
  assert.deepEqual(
    [0, 1, 2].map((row) => rejected.hasShape(row)),
    [true, true, false],
  );
  assert.equal(rejected.value(2, "reason"), "has no polygon");
});

test("distances and insides are those of geometry", () => {
  assert.equal(distance(1, 1, [0, 0], [2, 0]), 1);
  assert.equal(distance(5, 4, [0, 0], [2, 0]), 5);
  assert.equal(distance(3, 4, [0, 0], [0, 0]), 5);
  const square = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ];
  assert.ok(inside(1, 1, square));
  assert.ok(!inside(3, 1, square));
});
