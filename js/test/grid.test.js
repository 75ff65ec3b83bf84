import assert from "node:assert/strict";
import { test } from "node:test";
import { gridAt, gridTold } from "../src/grid.js";

// East = 500,000 + 1,000·x and north = 4,000,000 + 10·T2(y), where x and y go from -1 to 1 across the box.
const grid = {
  label: "EPSG:1",
  letters: ["E", "N"],
  unit: "",
  box: [20, 42, 22, 44],
  sums: [
    [
      [500000, 0, 0],
      [1000, 0, 0],
      [0, 0, 0],
    ],
    [
      [4000000, 0, 10],
      [0, 0, 0],
      [0, 0, 0],
    ],
  ],
};

test("coordinates are the sums of the polynomials inside the box, and none outside", () => {
  assert.deepEqual(gridAt(grid, 43, 21), [500000, 3999990]);
  assert.deepEqual(gridAt(grid, 44, 22), [501000, 4000010]);
  assert.equal(gridAt(grid, 44.001, 21), null);
  assert.equal(gridAt(grid, Number.NaN, 21), null);
});

test("they are told in whole units with the letters of their axes", () => {
  assert.equal(gridTold(grid, 43, 21), "EPSG:1 500000 E 3999990 N");
  assert.equal(gridTold({ ...grid, letters: ["W", "S"], unit: "foot" }, 43, 21), "EPSG:1 500000 W 3999990 S (foot)");
});
