// What the page carries: compressed numbers and tables, back to arrays.

export const STEPS = 1e7;

// Four bytes in five signs to base 85; the first four are the number of the bytes that follow, compressed by zlib.
const DIGITS = new Uint8Array(128);
{
  let digit = 0;
  for (let code = 35; digit < 85; code++) if (!"&<>\\".includes(String.fromCharCode(code))) DIGITS[code] = digit++;
}

async function inflate(text) {
  const numbers = new Uint32Array(text.length / 5),
    digit = (at) => DIGITS[text.charCodeAt(at)];
  for (let i = 0, at = 0; i < numbers.length; i++, at += 5) {
    numbers[i] = (((digit(at) * 85 + digit(at + 1)) * 85 + digit(at + 2)) * 85 + digit(at + 3)) * 85 + digit(at + 4);
  }
  const packed = new Uint8Array(numbers.buffer, 4, numbers[0]);
  // Written straight into it: a Blob would take the bytes by way of another process.
  const stream = new DecompressionStream("deflate"),
    writer = stream.writable.getWriter();
  const [bytes] = await Promise.all([
    new Response(stream.readable).arrayBuffer(),
    writer.write(packed),
    writer.close(),
  ]);
  return new Uint8Array(bytes);
}

export async function readTable(text) {
  const columns = JSON.parse(new TextDecoder().decode(await inflate(text)));
  await Promise.all(columns.filter((column) => column.data).map(readNumbers));
  return columns;
}

// Of thousands of numbers, and of words that end in one, the numbers are written as those of shapes are.
async function readNumbers(column) {
  const { count, data, prefix, width } = column,
    number = numbersIn(await inflate(data), count);
  column.cells = new Array(count);
  for (let i = 0; i < count; i++) {
    column.cells[i] = prefix === undefined ? number(i) : prefix + String(number(i)).padStart(width, "0");
  }
}

// Places in whole steps of 1e-7 degree, and the record that each belongs to, in ascending order.
export async function readPoints({ count, data }) {
  const bytes = await inflate(data),
    numbers = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 12 * count));
  return {
    owner: numbers.subarray(0, count),
    lon: numbers.subarray(count, 2 * count),
    lat: numbers.subarray(2 * count),
  };
}

// Shapes in whole steps of 1e-7 degree (lon, lat) and in world units of the Mercator projection (0 to 1, y down), with
// the box of each record. Of very large registers every point is a multiple of `step` steps.
export async function readShapes(coded) {
  const { records, rings, points, step = 1 } = coded,
    number = numbersIn(await inflate(coded.data), records + rings + 2 * points);
  const sums = (from, count) => {
    const starts = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) starts[i + 1] = starts[i] + number(from + i);
    return starts;
  };
  const shapes = {
    count: records,
    rings: sums(0, records),
    points: sums(records, rings),
    lon: new Int32Array(points),
    lat: new Int32Array(points),
    wx: new Float64Array(points),
    wy: new Float64Array(points),
    box: new Float64Array(4 * records).fill(NaN),
  };
  let lon = 0,
    lat = 0,
    p = 0,
    at = records + rings;
  const north = mercator();
  for (let record = 0; record < records; record++) {
    let west = Infinity,
      top = Infinity,
      east = -Infinity,
      bottom = -Infinity;
    for (const end = shapes.points[shapes.rings[record + 1]]; p < end; p++, at++) {
      const right = number(at),
        up = number(at + points);
      lon = (lon + step * ((right >>> 1) ^ -(right & 1))) | 0;
      lat = (lat + step * ((up >>> 1) ^ -(up & 1))) | 0;
      const x = worldX(lon / STEPS),
        y = north(lat);
      shapes.lon[p] = lon;
      shapes.lat[p] = lat;
      shapes.wx[p] = x;
      shapes.wy[p] = y;
      if (x < west) west = x;
      if (x > east) east = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    if (west <= east) shapes.box.set([west, top, east, bottom], 4 * record);
  }
  return shapes;
}

// All lowest bytes come first, then all second, and so on.
function numbersIn(planes, total) {
  return (i) =>
    (planes[i] | (planes[total + i] << 8) | (planes[2 * total + i] << 16) | (planes[3 * total + i] << 24)) >>> 0;
}

// The world's y of latitudes that lie near each other: exact for the first, then by the series of Mercator's
// projection, which up to 0.01 degree away is as exact as a number can be.
function mercator() {
  const near = 0.01 * STEPS,
    scale = -1 / (2 * Math.PI);
  let from = Infinity,
    base = 0,
    one = 0,
    two = 0,
    three = 0;
  return (lat) => {
    const away = lat - from;
    if (!(away > -near && away < near)) {
      const angle = ((lat / STEPS) * Math.PI) / 180,
        secant = 1 / Math.cos(angle),
        tangent = Math.tan(angle);
      from = lat;
      one = scale * secant;
      two = (one * tangent) / 2;
      three = (one * (secant ** 2 + tangent ** 2)) / 6;
      base = worldY(lat / STEPS);
      return base;
    }
    const d = (away / STEPS) * (Math.PI / 180);
    return base + d * (one + d * (two + d * three));
  };
}

export function worldX(lon) {
  return (lon + 180) / 360;
}

export function worldY(lat) {
  const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
