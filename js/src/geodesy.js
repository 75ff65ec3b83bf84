// Coordinates in the grids that field teams use, distances and areas on the ellipsoid.

import { gridTold } from "./grid.js";

const WGS84 = { a: 6378137, f: 1 / 298.257223563 };
const RADIANS = Math.PI / 180;

// Transverse Mercator after Krüger's series (to n³: below a centimetre within a zone).
function transverseMercator(lat, lon, grid) {
  const n = grid.f / (2 - grid.f);
  const radius = (grid.a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const series = [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3,
    (61 / 240) * n ** 3,
  ];
  const sine = Math.sin(lat * RADIANS),
    k = (2 * Math.sqrt(n)) / (1 + n),
    away = (lon - grid.lon0) * RADIANS;
  const conformal = Math.sinh(Math.atanh(sine) - k * Math.atanh(k * sine));
  const xi = Math.atan2(conformal, Math.cos(away)),
    eta = Math.atanh(Math.sin(away) / Math.hypot(1, conformal));
  let east = eta,
    north = xi;
  series.forEach((factor, i) => {
    const twice = 2 * (i + 1);
    east += factor * Math.cos(twice * xi) * Math.sinh(twice * eta);
    north += factor * Math.sin(twice * xi) * Math.cosh(twice * eta);
  });
  return [grid.east + grid.scale * radius * east, grid.north + grid.scale * radius * north];
}

function utmZone(lat, lon) {
  if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32;
  if (lat >= 72 && lon >= 0 && lon < 42) return [31, 33, 35, 37][[9, 21, 33, 42].findIndex((limit) => lon < limit)];
  return Math.min(60, Math.floor((lon + 180) / 6) + 1);
}

function utm(lat, lon) {
  if (lat < -80 || lat > 84) return null;
  const zone = utmZone(lat, lon);
  const [east, north] = transverseMercator(lat, lon, {
    ...WGS84,
    lon0: zone * 6 - 183,
    scale: 0.9996,
    east: 500000,
    north: lat < 0 ? 1e7 : 0,
  });
  return { zone, east, north };
}

export function mgrs(lat, lon) {
  const { zone, east, north } = utm(lat, lon) ?? {};
  if (!zone) return "";
  const band = "CDEFGHJKLMNPQRSTUVWX"[Math.min(19, Math.floor((lat + 80) / 8))];
  const column = ["STUVWXYZ", "ABCDEFGH", "JKLMNPQR"][zone % 3][Math.floor(east / 1e5) - 1];
  const row = "ABCDEFGHJKLMNPQRSTUV"[(Math.floor(north / 1e5) + (zone % 2 ? 0 : 5)) % 20];
  const digits = (value) => String(Math.floor(value % 1e5)).padStart(5, "0");
  return `${zone}${band} ${column}${row} ${digits(east)} ${digits(north)}`;
}

// A point in all the ways that field teams write it: the grid in use where it is defined, UTM elsewhere.
export function coordinatesTold(lat, lon, grid = null) {
  const parts = [
    `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"} ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`,
  ];
  const zone = utm(lat, lon),
    told = grid && gridTold(grid, lat, lon);
  if (told) parts.push(told);
  else if (zone) {
    const numbers = `${zone.east.toFixed(0)} E ${zone.north.toFixed(0)} N`;
    parts.push(`UTM ${zone.zone}${lat < 0 ? "S" : "N"} ${numbers}`);
  }
  if (zone) parts.push(`MGRS ${mgrs(lat, lon)}`);
  return parts;
}

// Length of the geodesic after Vincenty; nearly opposite points, which it can't do, are far beyond any map of hazards.
export function distance(from, to) {
  const b = WGS84.a * (1 - WGS84.f),
    lonDifference = (to.lng - from.lng) * RADIANS;
  const u1 = Math.atan((1 - WGS84.f) * Math.tan(from.lat * RADIANS)),
    u2 = Math.atan((1 - WGS84.f) * Math.tan(to.lat * RADIANS));
  let lambda = lonDifference,
    before,
    sinSigma,
    cosSigma,
    sigma,
    cosSqAlpha,
    cos2m;
  for (let round = 0; round < 100; round++) {
    const cross = Math.cos(u2) * Math.sin(lambda);
    const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda);
    sinSigma = Math.hypot(cross, along);
    if (sinSigma === 0) return 0;
    cosSigma = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * Math.cos(lambda);
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (Math.cos(u1) * Math.cos(u2) * Math.sin(lambda)) / sinSigma;
    cosSqAlpha = 1 - sinAlpha ** 2;
    cos2m = cosSqAlpha ? cosSigma - (2 * Math.sin(u1) * Math.sin(u2)) / cosSqAlpha : 0;
    const c = (WGS84.f / 16) * cosSqAlpha * (4 + WGS84.f * (4 - 3 * cosSqAlpha));
    before = lambda;
    lambda =
      lonDifference +
      (1 - c) * WGS84.f * sinAlpha * (sigma + c * sinSigma * (cos2m + c * cosSigma * (2 * cos2m ** 2 - 1)));
    if (Math.abs(lambda - before) < 1e-12) break;
  }
  const uSq = (cosSqAlpha * (WGS84.a ** 2 - b ** 2)) / b ** 2;
  const big = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const small = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const correction =
    small *
    sinSigma *
    (cos2m +
      (small / 4) *
        (cosSigma * (2 * cos2m ** 2 - 1) - (small / 6) * cos2m * (4 * sinSigma ** 2 - 3) * (4 * cos2m ** 2 - 3)));
  return b * big * (sigma - correction);
}

// Area of a ring drawn by hand, in an equal-area projection centred on it.
export function ringArea(points) {
  if (points.length < 3) return 0;
  const e = Math.sqrt(WGS84.f * (2 - WGS84.f));
  const q = (lat) => {
    const sine = Math.sin(lat * RADIANS);
    return (1 - e * e) * (sine / (1 - (e * sine) ** 2) + Math.atanh(e * sine) / e);
  };
  const pole = q(90),
    radius = WGS84.a * Math.sqrt(pole / 2),
    beta = points.map((point) => Math.asin(q(point.lat) / pole));
  const lon0 = points.reduce((sum, point) => sum + point.lng, 0) / points.length;
  const beta0 = beta.reduce((sum, value) => sum + value, 0) / points.length;
  const plane = points.map((point, i) => {
    const away = (point.lng - lon0) * RADIANS,
      near = Math.cos(beta[i]) * Math.cos(away);
    const k = radius * Math.sqrt(2 / (1 + Math.sin(beta0) * Math.sin(beta[i]) + Math.cos(beta0) * near));
    return [k * Math.cos(beta[i]) * Math.sin(away), k * (Math.cos(beta0) * Math.sin(beta[i]) - Math.sin(beta0) * near)];
  });
  return (
    Math.abs(
      plane.reduce(
        (sum, [x, y], i) => sum + x * plane[(i + 1) % plane.length][1] - y * plane[(i + 1) % plane.length][0],
        0,
      ),
    ) / 2
  );
}
