import assert from "node:assert/strict";
import { test } from "node:test";
import { simplifyOutward } from "../src/outward.js";

// Rings as on the screen: y goes down, and the ground lies to the left of each edge.
function simplified(ring, tolerance) {
  const xs = Float64Array.from(ring, ([x]) => x),
    ys = Float64Array.from(ring, ([, y]) => y);
  const count = simplifyOutward(xs, ys, ring.length, tolerance);
  return Array.from({ length: count }, (_, i) => [xs[i], ys[i]]);
}

// Twice the signed area.
function area(ring) {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    return sum + x * nextY - nextX * y;
  }, 0);
}

function winding([x, y], ring) {
  let turns = 0;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    if (ay <= y === by <= y) return;
    const cross = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (by > ay ? cross > 0 : cross < 0) turns += by > ay ? 1 : -1;
  });
  return turns;
}

// Numbers that look random and are the same in every run.
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function star(roll, corners) {
  const angles = Array.from({ length: corners }, () => 2 * Math.PI * roll()).sort((a, b) => b - a);
  return angles.map((angle) => {
    const radius = 20 + 80 * roll();
    return [100 + radius * Math.cos(angle), 100 + radius * Math.sin(angle)];
  });
}

test("a dent below the tolerance is filled, a bulge is kept", () => {
  const square = [
    [0, 0],
    [0, 100],
    [100, 100],
    [100, 0],
  ];
  const dented = [
    [0, 0],
    [0, 100],
    [50, 99.5],
    [100, 100],
    [100, 0],
  ];
  const bulging = [
    [0, 0],
    [0, 100],
    [50, 100.5],
    [100, 100],
    [100, 0],
  ];
  assert.deepEqual(simplified(dented, 0.6), square);
  assert.deepEqual(simplified(bulging, 0.6), bulging);
});

test("nothing is left out without a tolerance, nor of a triangle", () => {
  const roll = dice(5);
  const ring = star(roll, 12);
  assert.deepEqual(simplified(ring, 0), ring);
  assert.deepEqual(simplified(ring.slice(0, 3), 50), ring.slice(0, 3));
});

test("what a ring fills stays filled, and grows by little", () => {
  const roll = dice(11);
  let fewer = 0;
  for (let round = 0; round < 300; round++) {
    const ring = star(roll, 5 + Math.floor(40 * roll()));
    const drawn = simplified(ring, 2);
    fewer += ring.length - drawn.length;
    assert.ok(Math.abs(area(drawn)) >= Math.abs(area(ring)) - 1e-6);
    for (let i = 0; i < 200; i++) {
      const spot = [200 * roll(), 200 * roll()];
      if (winding(spot, ring)) assert.ok(winding(spot, drawn), `round ${round}: ${spot}`);
    }
  }
  assert.ok(fewer > 100);
});

test("a hole, wound the other way, only ever shrinks", () => {
  const roll = dice(23);
  for (let round = 0; round < 300; round++) {
    const hole = star(roll, 5 + Math.floor(40 * roll())).reverse();
    const drawn = simplified(hole, 2);
    for (let i = 0; i < 200; i++) {
      const spot = [200 * roll(), 200 * roll()];
      if (winding(spot, drawn)) assert.ok(winding(spot, hole), `round ${round}: ${spot}`);
    }
  }
});
