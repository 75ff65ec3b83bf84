import assert from "node:assert/strict";
import { test } from "node:test";
import { heaps, radiusOf } from "../src/clusters.js";

function random(seed) {
  let state = seed;
  return () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function scattered(count, wide, seed) {
  const next = random(seed);
  return Array.from({ length: count }, (_, row) => {
    const reach = row % 7 ? 5.5 : 6 + 8 * next();
    return { row, x: wide * next(), y: wide * next(), sign: Boolean(row % 7), reach };
  });
}

test("every area is in exactly one group, however crowded they are", () => {
  for (const [count, wide] of [
    [0, 100],
    [1, 100],
    [40, 4000],
    [500, 600],
    [3000, 500],
  ]) {
    const rows = heaps(scattered(count, wide, count + 1))
      .flatMap(({ members }) => members.map(({ row }) => row))
      .sort((a, b) => a - b);
    assert.deepEqual(rows, [...Array(count).keys()]);
  }
});

test("no sign is left under another", () => {
  const groups = heaps(scattered(800, 900, 5)).filter(({ members }) => members.length > 1 || members[0].sign);
  for (const [i, one] of groups.entries())
    for (const other of groups.slice(i + 1)) {
      const apart = Math.hypot(one.x - other.x, one.y - other.y);
      assert.ok(apart >= 0.92 * (one.reach + other.reach), `${apart} between ${one.reach} and ${other.reach}`);
    }
});

test("two signs that stand free stay two, and an area drawn as it is stays so beside a sign", () => {
  const sign = (x) => ({ x, y: 0, reach: 5.5, sign: true });
  assert.equal(heaps([sign(0), sign(12)]).length, 2);
  assert.equal(heaps([sign(0), sign(8)]).length, 1);
  assert.equal(heaps([sign(0), { x: 6, y: 0, reach: 9, sign: false }]).length, 2);
  // What the sign of a group would hide counts in it.
  assert.equal(heaps([sign(0), sign(3), { x: 1, y: 0, reach: 6, sign: false }]).length, 1);
  assert.ok(radiusOf(1000) > radiusOf(100) && radiusOf(100) > radiusOf(10));
});
