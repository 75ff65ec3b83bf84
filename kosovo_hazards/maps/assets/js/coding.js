// What the page carries: compressed numbers and tables, back to arrays.

const STEPS = 1e7;

// Four bytes in five signs to base 85; the first four are the number of the bytes that follow, compressed by zlib.
const DIGITS = new Uint8Array(128);
{
  let digit = 0;
  for (let code = 35; digit < 85; code++) if (!"&<>\\".includes(String.fromCharCode(code))) DIGITS[code] = digit++;
}

async function inflate(text) {
  const numbers = new Uint32Array(text.length / 5);
  for (let i = 0, at = 0; i < numbers.length; i++, at += 5) {
    let value = 0;
    for (let k = 0; k < 5; k++) value = value * 85 + DIGITS[text.charCodeAt(at + k)];
    numbers[i] = value;
  }
  const packed = new Uint8Array(numbers.buffer, 4, numbers[0]);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function readTable(text) {
  return JSON.parse(new TextDecoder().decode(await inflate(text)));
}

// Shapes in whole steps of 1e-7 degree (lon, lat) and in world units of the Mercator projection (0 to 1, y down).
async function readShapes(coded) {
  const bytes = await inflate(coded.data);
  const { records, rings, points } = coded;
  const total = records + rings + 2 * points;
  const number = (i) => (bytes[i] | (bytes[total + i] << 8) | (bytes[2 * total + i] << 16) | (bytes[3 * total + i] << 24)) >>> 0;
  const sums = (from, count) => {
    const starts = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) starts[i + 1] = starts[i] + number(from + i);
    return starts;
  };
  const track = (from) => {
    const values = new Int32Array(points);
    let last = 0;
    for (let i = 0; i < points; i++) {
      const coded = number(from + i);
      last = (last + ((coded >>> 1) ^ -(coded & 1))) | 0;
      values[i] = last;
    }
    return values;
  };
  const shapes = {
    count: records,
    rings: sums(0, records),
    points: sums(records, rings),
    lon: track(records + rings),
    lat: track(records + rings + points),
  };
  shapes.wx = new Float64Array(points);
  shapes.wy = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    shapes.wx[i] = worldX(shapes.lon[i] / STEPS);
    shapes.wy[i] = worldY(shapes.lat[i] / STEPS);
  }
  shapes.box = worldBoxes(shapes);
  return shapes;
}

function worldX(lon) {
  return (lon + 180) / 360;
}

function worldY(lat) {
  const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function worldBoxes({ count, rings, points, wx, wy }) {
  const box = new Float64Array(4 * count).fill(NaN);
  for (let i = 0; i < count; i++) {
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let p = points[rings[i]]; p < points[rings[i + 1]]; p++) {
      if (wx[p] < west) west = wx[p];
      if (wx[p] > east) east = wx[p];
      if (wy[p] < north) north = wy[p];
      if (wy[p] > south) south = wy[p];
    }
    if (west <= east) box.set([west, north, east, south], 4 * i);
  }
  return box;
}
