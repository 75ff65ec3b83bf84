import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { readShapes, readTable, worldX, worldY } from "../src/coding.js";

const SIGNS = Array.from({ length: 92 }, (_, i) => String.fromCharCode(35 + i)).filter(
  (sign) => !"&<>\\".includes(sign),
);

// The format as it is described: length, bytes of zlib, zeros; four bytes in five signs to base 85.
function packed(bytes) {
  const body = deflateSync(bytes);
  const filled = Buffer.alloc(4 + body.length + ((4 - (body.length % 4)) % 4));
  filled.writeUInt32LE(body.length, 0);
  body.copy(filled, 4);
  let text = "";
  for (let at = 0; at < filled.length; at += 4) {
    const number = filled.readUInt32LE(at);
    for (let power = 4; power >= 0; power--) text += SIGNS[Math.floor(number / 85 ** power) % 85];
  }
  return text;
}

// Numbers of four bytes: all lowest bytes first, then all second, and so on.
function planes(numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => {
    for (let plane = 0; plane < 4; plane++) bytes[plane * numbers.length + i] = (number >>> (8 * plane)) & 255;
  });
  return bytes;
}

const zigzag = (step) => ((step << 1) ^ (step >> 31)) >>> 0;

test("a table comes back with its letters and gaps", async () => {
  const table = [{ name: "name", kind: "text", cells: ["Gjakovë", null, "Ђаковица"] }];
  assert.deepEqual(await readTable(packed(Buffer.from(JSON.stringify(table)))), table);
});

test("thousands of numbers and of words that end in one come back from their bytes", async () => {
  const data = packed(planes([7, 4294967295, 120]));
  const table = [
    { name: "id", kind: "text", prefix: "KS-", width: 4, count: 3, data },
    { name: "area_m2", kind: "number", count: 3, data },
    { name: "status", kind: "text", values: ["open"], codes: [0, -1, 0] },
  ];
  const columns = await readTable(packed(Buffer.from(JSON.stringify(table))));
  assert.deepEqual(columns[0].cells, ["KS-0007", "KS-4294967295", "KS-0120"]);
  assert.deepEqual(columns[1].cells, [7, 4294967295, 120]);
  assert.deepEqual(columns[2].codes, [0, -1, 0]);
});

test("coarse shapes are multiples of their step", async () => {
  const ring = [
    [1640625, 3328125],
    [1640700, 3328125],
    [1640700, 3328000],
  ];
  const steps = (axis) => ring.map((point, i) => zigzag((point[axis] - (i ? ring[i - 1][axis] : 0)) | 0));
  const numbers = [1, 3, ...steps(0), ...steps(1)];
  const shapes = await readShapes({ records: 1, rings: 1, points: 3, step: 128, data: packed(planes(numbers)) });
  assert.deepEqual([...shapes.lon], [210000000, 210009600, 210009600]);
  assert.deepEqual([...shapes.lat], [426000000, 426000000, 425984000]);
  assert.equal(shapes.wx[0], worldX(21));
});

test("shapes come back to the step of 1e-7 degree, also far west and south", async () => {
  // Two records of one ring each, and one without ground between them.
  const rings = [
    [
      [210000000, 426000000],
      [210010000, 426000000],
      [210010000, 426010000],
    ],
    [
      [-1790000000, -850000000],
      [-1789990000, -850000000],
      [-1789990000, -849990000],
      [-1790000000, -849990000],
    ],
  ];
  const points = rings.flat();
  const steps = (axis) => points.map((point, i) => zigzag((point[axis] - (i ? points[i - 1][axis] : 0)) | 0));
  const numbers = [1, 0, 1, 3, 4, ...steps(0), ...steps(1)];
  const shapes = await readShapes({ records: 3, rings: 2, points: 7, data: packed(planes(numbers)) });
  assert.deepEqual([...shapes.rings], [0, 1, 1, 2]);
  assert.deepEqual([...shapes.points], [0, 3, 7]);
  assert.deepEqual(
    [...shapes.lon],
    points.map(([lon]) => lon),
  );
  assert.deepEqual(
    [...shapes.lat],
    points.map(([, lat]) => lat),
  );
  assert.ok(Number.isNaN(shapes.box[4]));
  points.forEach(([lon, lat], i) => {
    assert.equal(shapes.wx[i], worldX(lon / 1e7));
    assert.ok(Math.abs(shapes.wy[i] - worldY(lat / 1e7)) < 1e-14);
  });
});

test("the world is square: its corner lies at 180 degrees west and the Mercator limit in the north", () => {
  assert.equal(worldX(-180), 0);
  assert.equal(worldX(180), 1);
  assert.equal(worldY(0), 0.5);
  // Half of ln(tan(π/4 + φ/2))/π from the equator; at 45 degrees that is ln(1 + √2) / 2π.
  assert.ok(Math.abs(worldY(45) - (0.5 - Math.log(1 + Math.SQRT2) / (2 * Math.PI))) < 1e-15);
});
