import assert from "node:assert/strict";
import { test } from "node:test";
import { folded } from "../src/folding.js";

test("one key for every way of typing a name", () => {
  const keys = new Set(["ĐAKOVICA", "Đakovica", "Djakovica", "Ђаковица"].map(folded));
  assert.equal(keys.size, 1);
  assert.equal(folded("Gjakovë"), folded("GJAKOVE"));
});
