import assert from "node:assert/strict";
import { test } from "node:test";
import { App } from "../src/frame.js";

globalThis.document = { getElementById: () => null };
const texts = {
  unknown: "nepoznato",
  "contamination.anti-personnel mines": "protivpešadijske mine",
  "contamination.cluster munition remnants": "ostaci kasetne municije",
};
const app = new App("kh", { texts, placeNames: {}, levelWords: {} }, null);

test("each of several words in one cell is told in the language, whichever of them are known", () => {
  const told = (value) => app.word("contamination", value);
  assert.equal(
    told("anti-personnel mines; cluster munition remnants"),
    "protivpešadijske mine; ostaci kasetne municije",
  );
  assert.equal(told("booby traps; anti-personnel mines"), "booby traps; protivpešadijske mine");
  assert.equal(told("booby traps; snakes"), "booby traps; snakes");
  assert.equal(app.word("name", "anti-personnel mines; hill"), "anti-personnel mines; hill");
});
