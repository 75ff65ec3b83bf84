// The records of one layer: values by column, groups, what is switched off, and what is shown as of a date.

import { STEPS } from "./coding.js";
import { namesTwice } from "./search.js";

const UNKNOWN = "";
export const CLOSED = new Set(["closed", "handed over"]);

export class Records {
  constructor(kind, shapes, columns) {
    this.kind = kind;
    this.shapes = shapes;
    this.count = shapes.count;
    this.columns = new Map(columns.map((column) => [column.name, column]));
    for (const column of columns) if (column.codes) column.codes = Int32Array.from(column.codes);
    this.key = columns[0].name;
    this.shown = new Uint8Array(this.count).fill(1);
    this.later = new Uint8Array(this.count);
    this.absent = new Uint8Array(this.count);
    this.facets = new Map();
    this.day = null;
    // Whether the register of that day is known.
    this.knownDay = false;
  }

  value(row, name) {
    const column = this.columns.get(name);
    if (!column) return null;
    if (column.cells) return column.cells[row];
    const code = column.codes[row];
    return code < 0 ? null : column.values[code];
  }

  hasShape(row) {
    return this.shapes.rings[row + 1] > this.shapes.rings[row];
  }

  // Groups the records by one or more columns; each group knows how many records it has and how much ground.
  addFacet(name, columns = [name]) {
    const known = new Map(),
      groups = new Map(),
      codes = new Int32Array(this.count);
    const parts = columns.map((column) => this.codesOf(column));
    for (let row = 0; row < this.count; row++) {
      let key = 0;
      for (const part of parts) key = key * part.size + part.codes[row] + 1;
      let code = known.get(key);
      if (code === undefined) {
        const path = columns.map((column) => this.value(row, column) ?? UNKNOWN),
          words = JSON.stringify(path);
        // An empty text and no text at all are the same group.
        if (!groups.has(words)) groups.set(words, { path, code: groups.size, on: true });
        code = groups.get(words).code;
        known.set(key, code);
      }
      codes[row] = code;
    }
    this.facets.set(name, { name, columns, codes, groups: [...groups.values()] });
  }

  // Whether any record tells its contamination: then signs are larger and tell it.
  get knowsContamination() {
    this.knows ??= (this.facets.get("contamination")?.groups ?? []).some(
      ({ path }) => !["", "unknown"].includes(path[0]),
    );
    return this.knows;
  }

  // A number for each value of a column, -1 for none.
  codesOf(name) {
    const column = this.columns.get(name);
    if (!column) return { codes: new Int32Array(this.count).fill(-1), size: 1 };
    if (column.codes) return { codes: column.codes, size: column.values.length + 1 };
    const seen = new Map();
    const codes = Int32Array.from(column.cells, (value) => {
      if (value === null) return -1;
      if (!seen.has(value)) seen.set(value, seen.size);
      return seen.get(value);
    });
    return { codes, size: seen.size + 1 };
  }

  // Number and area of the records of each group, in the order of their codes: of all, and of those that are drawn.
  tally(name, counts = () => true) {
    const { codes, groups } = this.facets.get(name);
    const sums = groups.map(() => ({ all: emptySum(), drawn: emptySum() }));
    for (let row = 0; row < this.count; row++) {
      if (this.absent[row] || (this.knownDay && this.later[row]) || !counts(row)) continue;
      const { all, drawn } = sums[codes[row]],
        area = this.value(row, "area_m2");
      addTo(all, area);
      if (this.isDrawn(row)) addTo(drawn, area);
    }
    return sums;
  }

  // Names of places that stand below different others.
  placesTwice() {
    this.twice ??= namesTwice(
      (this.facets.get("place")?.groups ?? []).map(({ path }) => path.findLast((name) => name)),
    );
    return this.twice;
  }

  refresh() {
    this.shown.fill(1);
    for (const { codes, groups } of this.facets.values()) {
      if (groups.every((group) => group.on)) continue;
      for (let row = 0; row < this.count; row++) if (!groups[codes[row]].on) this.shown[row] = 0;
    }
    this.version = (this.version ?? 0) + 1;
    this.later.fill(0);
    this.absent.fill(0);
    for (let row = 0; row < this.count; row++) this.placeInTime(row);
  }

  // What is recorded or released later than the day looked at, and what belongs to another state of the register.
  placeInTime(row) {
    const { day } = this;
    if (this.kind === "hazards") {
      const until = this.value(row, "there_until"),
        from = this.value(row, "there_from") ?? this.value(row, "established");
      const later = day !== null && from !== null && from > day;
      if ((until !== null && (day === null || day >= until)) || (later && this.value(row, "there_again")))
        this.absent[row] = 1;
      else if (later) this.later[row] = 1;
    } else if (day !== null) {
      const completed = this.value(row, "completed");
      if (completed !== null && completed > day) this.later[row] = 1;
    }
  }

  // A hazard recorded later is not drawn. Ground released later is, as ground that was not released yet, unless the
  // register of the day tells what was hazardous.
  isDrawn(row) {
    return this.shown[row] && !this.absent[row] && !(this.later[row] && (this.kind === "hazards" || this.knownDay));
  }

  sum(rows) {
    const total = emptySum();
    for (const row of rows) addTo(total, this.value(row, "area_m2"));
    return total;
  }

  rowsWhere(test) {
    const rows = [];
    for (let row = 0; row < this.count; row++) if (!this.absent[row] && test(row)) rows.push(row);
    return rows;
  }

  hiddenCount() {
    let hidden = 0;
    const told = this.kind === "releases" && this.knownDay;
    for (let row = 0; row < this.count; row++)
      if (!this.absent[row] && !this.isDrawn(row) && !(told && this.later[row])) hidden += 1;
    return hidden;
  }

  latLngs(row) {
    const { rings, points, lon, lat } = this.shapes;
    const found = [];
    for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
      const corners = [];
      for (let p = points[ring]; p < points[ring + 1]; p++) corners.push([lat[p] / STEPS, lon[p] / STEPS]);
      found.push(corners);
    }
    return found;
  }

  bounds(row) {
    return L.latLngBounds(this.latLngs(row).flat());
  }

  // Its northernmost point, from which a popup hides nothing of it.
  top(row) {
    return L.latLng(
      this.latLngs(row)
        .flat()
        .reduce((a, b) => (b[0] > a[0] ? b : a)),
    );
  }

  // Winding number of all rings, so that the answer is that of the fill.
  covers(row, x, y) {
    const { rings, points, wx, wy } = this.shapes;
    let winding = 0;
    for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
      const first = points[ring],
        end = points[ring + 1];
      for (let p = first, q = end - 1; p < end; q = p++) {
        if (wy[q] <= y !== wy[p] <= y) {
          const cross = (wx[p] - wx[q]) * (y - wy[q]) - (x - wx[q]) * (wy[p] - wy[q]);
          if (wy[p] > wy[q] ? cross > 0 : cross < 0) winding += wy[p] > wy[q] ? 1 : -1;
        }
      }
    }
    return winding !== 0;
  }
}

function emptySum() {
  return { count: 0, area: 0, unknown: 0 };
}

function addTo(total, area) {
  total.count += 1;
  if (area === null) total.unknown += 1;
  else total.area += area;
}
