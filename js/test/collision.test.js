import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, inside, overlap, shareCovered } from "../src/collision.js";

const frame = [0, 0, 400, 300];
const label = (x, y, more = {}) => ({ x, y, width: 60, height: 15, reach: 20, ...more });

test("a name stands in the middle of its place where nothing is in the way", () => {
  assert.deepEqual(arrange([label(100, 100)], { frame }), [[70, 92.5, 130, 107.5]]);
});

test("two names of one place lie beside each other", () => {
  const [one, other] = arrange([label(100, 100), label(100, 100)], { frame });
  assert.ok(one && other && !overlap(one, other));
});

test("of a heap of names none lies on another nor on what is solid, and all lie in the frame", () => {
  const solid = [[150, 0, 250, 300]];
  const names = Array.from({ length: 200 }, (_, i) => label((i * 37) % 400, (i * 53) % 300, { must: i < 5 }));
  const boxes = arrange(names, { frame, solid }).filter(Boolean);
  assert.ok(boxes.length > 20 && boxes.length < 200);
  boxes.forEach((box, i) => {
    assert.ok(inside(box, frame));
    assert.ok(![...solid, ...boxes.slice(0, i)].some((other) => overlap(box, other)));
  });
});

test("a name gives way to an area, and is left out where areas are everywhere, unless it must be there", () => {
  const beside = arrange([label(100, 100)], { frame, soft: [[60, 90, 140, 110]] });
  assert.equal(shareCovered(beside[0], [[60, 90, 140, 110]]), 0);
  assert.deepEqual(arrange([label(100, 100)], { frame, soft: [frame] }), [null]);
  assert.ok(arrange([label(100, 100, { must: true })], { frame, soft: [frame] })[0]);
});

test("boxes that share an edge do not overlap", () => {
  assert.equal(overlap([0, 0, 10, 10], [10, 0, 20, 10]), false);
  assert.equal(shareCovered([0, 0, 10, 10], [[5, 0, 20, 10]]), 0.5);
});
