// Easting and northing of the grid in use, by polynomials that are fitted to PROJ when the map is made.

// Numbers of a place in the grid, or null where the grid is not used.
export function gridAt(grid, lat, lon) {
  const [west, south, east, north] = grid.box;
  if (!(lon >= west && lon <= east && lat >= south && lat <= north)) return null;
  const order = grid.sums[0].length;
  const across = chebyshev((2 * lon - west - east) / (east - west), order),
    up = chebyshev((2 * lat - south - north) / (north - south), order);
  return grid.sums.map((rows) =>
    rows.reduce((sum, row, i) => sum + across[i] * row.reduce((inner, factor, j) => inner + factor * up[j], 0), 0),
  );
}

// "EPSG:9141 7513567 E 4724812 N"
export function gridTold(grid, lat, lon) {
  const found = gridAt(grid, lat, lon);
  if (!found) return null;
  const numbers = found.map((value, i) => `${value.toFixed(0)} ${grid.letters[i]}`.trim());
  return [grid.label, ...numbers, grid.unit && `(${grid.unit})`].filter(Boolean).join(" ");
}

// Chebyshev polynomials of the first `count` degrees.
function chebyshev(x, count) {
  const values = [1, x];
  while (values.length < count) values.push(2 * x * values.at(-1) - values.at(-2));
  return values.slice(0, count);
}
