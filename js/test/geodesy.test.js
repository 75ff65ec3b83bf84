import assert from "node:assert/strict";
import { test } from "node:test";
import { coordinatesTold, distance, mgrs, ringArea } from "../src/geodesy.js";

const at = (lat, lng) => ({ lat, lng });

test("a degree of the equator and of the meridian have the lengths of WGS 84", () => {
  assert.ok(Math.abs(distance(at(0, 0), at(0, 1)) - (Math.PI / 180) * 6378137) < 1e-3);
  // The quarter of a meridian is 10,001,965.729 m long.
  assert.ok(Math.abs(distance(at(0, 0), at(90, 0)) - 10001965.729) < 1e-3);
  assert.equal(distance(at(42.6, 21), at(42.6, 21)), 0);
});

test("a square of the equator has the area of the ellipsoid there", () => {
  const a = 6378137,
    f = 1 / 298.257223563,
    side = 0.01,
    radians = Math.PI / 180;
  const meridian = a * (1 - f) ** 2;
  const ring = [at(-side / 2, 0), at(-side / 2, side), at(side / 2, side), at(side / 2, 0)];
  const true_ = a * meridian * (side * radians) ** 2;
  assert.ok(Math.abs(ringArea(ring) / true_ - 1) < 1e-6);
  assert.equal(ringArea(ring.slice(0, 2)), 0);
});

test("grid references name zone, square and metres", () => {
  // Where the central meridian of zone 31 meets the equator: easting 500,000, northing 0.
  assert.equal(mgrs(0, 3), "31N EA 00000 00000");
  // The exceptions of Norway and Svalbard.
  assert.match(mgrs(60.4, 5.3), /^32V /);
  assert.match(mgrs(78.2, 15.6), /^33X /);
  assert.equal(mgrs(-85, 10), "");
});

test("coordinates at the poles are degrees alone", () => {
  assert.deepEqual(coordinatesTold(-85, -10), ["85.00000° S 10.00000° W"]);
});
