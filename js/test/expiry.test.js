import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver } from "../src/expiry.js";

test("a page holds to the end of its last day", () => {
  assert.equal(isOver("2026-12-31", new Date(2026, 11, 31, 23, 59)), false);
  assert.equal(isOver("2026-12-31", new Date(2027, 0, 1, 0, 0)), true);
  assert.equal(isOver("2024-02-29", new Date(2024, 1, 29, 12)), false);
});
