(() => {
  // src/dom.js
  function own(table, word) {
    return Object.hasOwn(table, word) ? table[word] : void 0;
  }
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") made.className = value;
      else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child != null));
    return made;
  }
  function isNarrow() {
    return matchMedia(`(max-width: ${window.self === window.top ? 720 : 1100}px)`).matches;
  }

  // src/folding.js
  var LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(" ");
  var CYRILLIC = new Map([..."абвгдђежзијклљмнњопрстћуфхцчџш"].map((letter, i) => [letter, LATIN[i]]));
  var STROKES = { đ: "dj", ð: "dj", ł: "l", ø: "o", ı: "i" };
  function folded(text) {
    if (/^[\x20-\x7e\n]*$/.test(text)) return spaced(String(text).toLowerCase());
    const plain = latin(text).replace(/[đðłøı]/g, (letter) => STROKES[letter]).normalize("NFKD").replace(/\p{Mn}/gu, "");
    return spaced(plain);
  }
  function searchKeys(text) {
    const key = folded(text), bare = folded(latin(text).replaceAll("đ", "d"));
    return key === bare ? [key] : [key, bare];
  }
  function latin(text) {
    const small = String(text).normalize("NFC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
    return small.replace(/[\u0400-\u04ff]/g, (letter) => CYRILLIC.get(letter) ?? letter);
  }
  function spaced(text) {
    return text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // src/search.js
  function searchText(texts) {
    const keys = texts.filter((text) => text !== null && text !== void 0 && text !== "").flatMap(searchKeys);
    return `
${[...new Set(keys)].join("\n")}
`;
  }
  function isFound(text, question) {
    return text.includes(folded(question));
  }
  function placesFound(level, question, most = 4) {
    const start2 = `
${folded(question)}`;
    if (start2.length < 3) return [];
    level.keys ??= level.search.map((names) => searchText(names));
    return [...level.names.keys()].filter((row) => level.keys[row].includes(start2)).slice(0, most);
  }
  function namesTwice(names) {
    const seen = /* @__PURE__ */ new Set(), twice = /* @__PURE__ */ new Set();
    for (const name of names) (seen.has(name) ? twice : seen).add(name);
    return twice;
  }
  function nameOfPlace(level, row) {
    level.twice ??= namesTwice(level.shown);
    const above = level.district?.[row] || level.region?.[row];
    return above && level.twice.has(level.shown[row]) ? `${level.shown[row]}, ${above}` : level.shown[row];
  }

  // src/areas.js
  var PAGE_ROWS = 100;
  var Areas = class {
    constructor(app, panel) {
      this.app = app;
      this.panel = panel;
      this.sort = { name: null, down: false };
      this.most = PAGE_ROWS;
      this.build();
    }
    build() {
      const { app } = this, { t } = app.say;
      this.input = element("input", {
        type: "search",
        class: "kh-search",
        placeholder: t("search.hint"),
        "aria-label": t("search.label"),
        autocomplete: "off",
        spellcheck: "false"
      });
      this.input.addEventListener("input", () => {
        this.most = PAGE_ROWS;
        this.update();
      });
      this.wide = element(
        "button",
        { type: "button", class: "kh-button kh-widen", "aria-pressed": "false" },
        t("areas.all_columns")
      );
      this.wide.addEventListener("click", () => {
        const on = app.root.classList.toggle("kh-wide");
        this.wide.setAttribute("aria-pressed", String(on));
      });
      this.places = element("ul", { class: "kh-found-places", "aria-label": t("search.places") });
      this.told = element("p", { class: "kh-told", role: "status" });
      this.body = element("tbody");
      this.heads = ["id", "kind", "place", "status", "contamination", "priority", "district", "area"].map(
        (name) => this.head(name)
      );
      this.table = element(
        "table",
        { class: "kh-table" },
        element("caption", { class: "kh-for-readers" }, t("areas.caption")),
        element("thead", {}, element("tr", {}, ...this.heads)),
        this.body
      );
      this.more = element(
        "button",
        { type: "button", class: "kh-button", onclick: () => this.showMore() },
        t("areas.more")
      );
      this.panel.append(
        element("div", { class: "kh-search-row" }, this.input, this.wide),
        this.places,
        this.told,
        this.table,
        this.more
      );
      this.update();
    }
    inOrderOfIds(records) {
      const entries = Array.from({ length: records.count }, (_, row) => ({ records, row }));
      if (records.count > 5e3) return entries;
      const compare = new Intl.Collator(void 0, { numeric: true }).compare, id = ({ row }) => String(records.value(row, records.key) ?? "");
      return entries.sort((a, b) => compare(id(a), id(b)));
    }
    head(name) {
      const button = element("button", { type: "button", class: "kh-sort" }, this.app.levelWord(name, `column.${name}`));
      const head = element("th", { scope: "col", class: `kh-col-${name}`, "aria-sort": "none" }, button);
      button.addEventListener("click", () => {
        this.sort = { name, down: this.sort.name === name && !this.sort.down };
        for (const other of this.heads) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", this.sort.down ? "descending" : "ascending");
        this.update();
      });
      return head;
    }
    // What lies in one place has no area and no status.
    cellOfSign(records, row, name) {
      if (name === "id") return records.value(row, records.key);
      if (name === "area") return null;
      const { t } = this.app.say, rejected = records.kind === "rejected";
      if (name === "kind") return t(rejected ? "rejected.short" : `points.${records.kind}.short`);
      if (name !== "place") return "";
      return rejected ? records.value(row, "reason") : this.app.placeOf(records, row);
    }
    cell({ records, row }, name) {
      const { app } = this, released = records.kind === "releases";
      const value = (column) => records.value(row, column);
      if (records.kind === "rejected" || records.isPoints) return this.cellOfSign(records, row, name);
      switch (name) {
        case "id":
          return value(records.key);
        case "kind":
          return released ? app.word("product", value("product") ?? "", "short") : app.word("hazard_type", value("hazard_type") ?? "", "short");
        case "place":
          return app.placeOf(records, row);
        case "area":
          return value("area_m2");
        case "district":
          return app.word("district", value("district") ?? "");
        default:
          return released && name !== "place" ? "" : app.word(name, value(name) ?? "");
      }
    }
    words(entry) {
      const value = (name) => entry.records.value(entry.row, name);
      entry.words ??= searchText([
        ...[entry.records.key, "name", "hazard_id"].map(value),
        ...["municipality", "district"].flatMap((level) => [
          value(level),
          value(level) && this.app.word(level, value(level))
        ])
      ]);
      return entry.words;
    }
    found() {
      const { layers, points, rejected } = this.app.scene;
      this.entries ??= [...layers.slice().reverse(), ...points, rejected].flatMap(
        (records) => this.inOrderOfIds(records)
      );
      const question = this.input.value;
      let entries = this.entries.filter(({ records, row }) => records.isDrawn(row));
      if (folded(question)) entries = entries.filter((entry) => isFound(this.words(entry), question));
      const { name, down } = this.sort;
      if (name) {
        const way = down ? -1 : 1, values = new Map(entries.map((entry) => [entry, this.cell(entry, name)]));
        const compare = new Intl.Collator(void 0, { numeric: true }).compare;
        entries.sort((a, b) => {
          const one = values.get(a), other = values.get(b);
          if (one === null || other === null) return (one === null) - (other === null);
          return way * (typeof one === "number" ? one - other : compare(one, other));
        });
      }
      return entries;
    }
    update() {
      if (this.panel.hidden) return;
      const { app } = this, { t, number } = app.say;
      const found = this.found();
      this.body.replaceChildren(...found.slice(0, this.most).map((entry) => this.line(entry)));
      this.told.textContent = t("areas.told", {
        shown: number(Math.min(found.length, this.most)),
        found: number(found.length)
      });
      this.table.hidden = !found.length;
      this.more.hidden = found.length <= this.most;
      this.showPlaces();
    }
    line(entry) {
      const { app } = this, id = this.cell(entry, "id");
      const open = element(
        "button",
        { type: "button", class: "kh-open", onclick: () => app.show(entry.records, entry.row) },
        id === null ? app.say.t("unknown") : String(id)
      );
      const cells = ["kind", "place", "status", "contamination", "priority", "district"].map(
        (name) => element("td", { class: `kh-col-${name}` }, String(this.cell(entry, name)))
      );
      const area = this.cell(entry, "area");
      return element(
        "tr",
        {},
        element("th", { scope: "row", class: "kh-col-id" }, open),
        ...cells,
        element(
          "td",
          { class: "kh-col-area" },
          app.content.public || entry.records.isPoints ? "" : area === null ? app.say.t("unknown") : app.say.number(area)
        )
      );
    }
    showMore() {
      const next = this.most;
      this.most += PAGE_ROWS;
      this.update();
      this.body.rows[next]?.querySelector("button").focus();
    }
    showPlaces() {
      const { app } = this;
      this.places.replaceChildren();
      for (const level of app.places?.levels ?? []) {
        for (const row of placesFound(level, this.input.value)) {
          const label = `${nameOfPlace(level, row)} (${app.levelWord(level.level, `level.${level.level}`)})`;
          const go = { type: "button", class: "kh-place", onclick: () => app.goToPlace(level, row) };
          this.places.append(element("li", {}, element("button", go, label)));
        }
      }
    }
  };

  // src/coding.js
  var STEPS = 1e7;
  var DIGITS = new Uint8Array(128);
  {
    let digit = 0;
    for (let code = 35; digit < 85; code++) if (!"&<>\\".includes(String.fromCharCode(code))) DIGITS[code] = digit++;
  }
  async function inflate(text) {
    const numbers = new Uint32Array(text.length / 5), digit = (at) => DIGITS[text.charCodeAt(at)];
    for (let i = 0, at = 0; i < numbers.length; i++, at += 5) {
      numbers[i] = (((digit(at) * 85 + digit(at + 1)) * 85 + digit(at + 2)) * 85 + digit(at + 3)) * 85 + digit(at + 4);
    }
    const packed = new Uint8Array(numbers.buffer, 4, numbers[0]);
    const stream = new DecompressionStream("deflate"), writer = stream.writable.getWriter();
    const [bytes] = await Promise.all([
      new Response(stream.readable).arrayBuffer(),
      writer.write(packed),
      writer.close()
    ]);
    return new Uint8Array(bytes);
  }
  async function readTable(text) {
    const columns = JSON.parse(new TextDecoder().decode(await inflate(text)));
    await Promise.all(columns.filter((column) => column.data).map(readNumbers));
    return columns;
  }
  async function readNumbers(column) {
    const { count, data, prefix, width } = column, number = numbersIn(await inflate(data), count);
    column.cells = new Array(count);
    for (let i = 0; i < count; i++) {
      column.cells[i] = prefix === void 0 ? number(i) : prefix + String(number(i)).padStart(width, "0");
    }
  }
  async function readPoints({ count, data }) {
    const bytes = await inflate(data), numbers = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 12 * count));
    return {
      owner: numbers.subarray(0, count),
      lon: numbers.subarray(count, 2 * count),
      lat: numbers.subarray(2 * count)
    };
  }
  async function readShapes(coded) {
    const { records, rings, points, step = 1 } = coded, number = numbersIn(await inflate(coded.data), records + rings + 2 * points);
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
      box: new Float64Array(4 * records).fill(NaN)
    };
    let lon = 0, lat = 0, p = 0, at = records + rings;
    const north = mercator();
    for (let record = 0; record < records; record++) {
      let west = Infinity, top = Infinity, east = -Infinity, bottom = -Infinity;
      for (const end = shapes.points[shapes.rings[record + 1]]; p < end; p++, at++) {
        const right = number(at), up = number(at + points);
        lon = lon + step * (right >>> 1 ^ -(right & 1)) | 0;
        lat = lat + step * (up >>> 1 ^ -(up & 1)) | 0;
        const x = worldX(lon / STEPS), y = north(lat);
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
  function numbersIn(planes, total) {
    return (i) => (planes[i] | planes[total + i] << 8 | planes[2 * total + i] << 16 | planes[3 * total + i] << 24) >>> 0;
  }
  function mercator() {
    const near2 = 0.01 * STEPS, scale = -1 / (2 * Math.PI);
    let from = Infinity, base = 0, one = 0, two = 0, three = 0;
    return (lat) => {
      const away = lat - from;
      if (!(away > -near2 && away < near2)) {
        const angle = lat / STEPS * Math.PI / 180, secant = 1 / Math.cos(angle), tangent = Math.tan(angle);
        from = lat;
        one = scale * secant;
        two = one * tangent / 2;
        three = one * (secant ** 2 + tangent ** 2) / 6;
        base = worldY(lat / STEPS);
        return base;
      }
      const d = away / STEPS * (Math.PI / 180);
      return base + d * (one + d * (two + d * three));
    };
  }
  function worldX(lon) {
    return (lon + 180) / 360;
  }
  function worldY(lat) {
    const sine = Math.sin(Math.max(-85.05, Math.min(85.05, lat)) * Math.PI / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  // src/collision.js
  var WAYS = [...Array(16).keys()].map((part) => [Math.cos(part * Math.PI / 8), Math.sin(part * Math.PI / 8)]);
  var FAR = [0.3, 0.6, 1, 1.3, 1.6];
  var FARTHER = [2.2, 3];
  var MOST_COVERED = 0.15;
  var ASIDE = 0.03;
  function arrange(labels, { frame, solid = [], soft = [] }) {
    const taken = [...solid];
    return labels.map((label) => {
      const box = bestBox(label, frame, taken, soft);
      if (box) taken.push(box);
      return box;
    });
  }
  function bestBox(label, frame, taken, soft) {
    let best = null, least = Number.POSITIVE_INFINITY;
    for (const [x, y, away] of spots(label)) {
      const box = boxAround(label, x, y);
      if (!inside(box, frame) || taken.some((other) => overlap(box, other))) continue;
      const covered = shareCovered(box, soft);
      if (!label.must && covered > MOST_COVERED) continue;
      const cost = covered + ASIDE * away * away;
      if (cost < least) [best, least] = [box, cost];
      if (least === 0) break;
    }
    return best;
  }
  function spots({ x, y, reach, must }) {
    const rings = (must ? [...FAR, ...FARTHER] : FAR).flatMap(
      (far) => WAYS.map(([right, down]) => [x + right * reach * far, y + down * reach * far, far])
    );
    return [[x, y, 0], ...rings];
  }
  function boxAround({ width, height }, x, y) {
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }
  function overlap(a, b) {
    return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
  }
  function inside(box, frame) {
    return box[0] >= frame[0] && box[1] >= frame[1] && box[2] <= frame[2] && box[3] <= frame[3];
  }
  function shareCovered(box, others) {
    let covered = 0;
    for (const other of others) {
      const wide = Math.min(box[2], other[2]) - Math.max(box[0], other[0]), high = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
      if (wide > 0 && high > 0) covered += wide * high;
    }
    return covered / ((box[2] - box[0]) * (box[3] - box[1]));
  }

  // src/labels.js
  var FONTS = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
  var WIDEST = 1.8;
  var ROOM_FOR_TWO_PX = 110;
  var MARGIN_PX = 3;
  function drawLabels(renderer, context, view, areas) {
    const { places, symbols, textScale } = renderer.scene;
    if (!places.on.names) return [];
    const style = { size: 12 * textScale, halo: symbols.onTiles ? 5 : 3.5 };
    const wanted = namesInView(places.levels, view).map((name) => measured(context, name, style));
    const fitting = wanted.filter((label) => label.must || label.width <= WIDEST * label.wide);
    const surroundings = { frame: view.frame, solid: view.controls, soft: areas };
    const boxes = arrange(fitting, surroundings);
    const labels = fitting.map((label, i) => ({ ...label, box: boxes[i] })).filter((label) => label.box);
    addSecondLines(labels, surroundings, style);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.setLineDash([]);
    for (const label of labels) drawLabel(context, label, style);
    return labels.map(({ text, must, box }) => ({ text, seat: must, box }));
  }
  function namesInView(levels, view) {
    const [lowest, districts] = levels;
    const seats = seatsOf(lowest);
    const names = namesOf(lowest, view, (row) => seats.has(row));
    if (districts && names.length) {
      const named = new Set([...seats].map((row) => lowest.district[row]));
      const rooms = names.map((name) => name.room).sort((a, b) => a - b);
      if (rooms[rooms.length >> 1] < 60)
        names.push(...namesOf(districts, view, () => true).filter(({ row }) => !named.has(districts.names[row])));
    }
    return names.sort((a, b) => b.must - a.must || b.room - a.room);
  }
  function seatsOf(level) {
    level.seats ??= new Set(
      [...level.names.keys()].filter((row) => level.names[row] && level.district?.[row] === level.names[row])
    );
    return level.seats;
  }
  function namesOf(level, { world, x, y, frame }, must) {
    const found = [], { box } = level.shapes;
    for (const [row, [lon, lat, room]] of level.labels.entries()) {
      const at = [Math.round(worldX(lon) * world - x), Math.round(worldY(lat) * world - y)];
      if (!room || !level.shown[row] || !inside([...at, ...at], frame)) continue;
      const stretch = world / 360 / Math.cos(lat * Math.PI / 180);
      found.push({
        row,
        x: at[0],
        y: at[1],
        room: 2 * room * stretch,
        wide: (box[4 * row + 2] - box[4 * row]) * world,
        text: level.shown[row],
        second: level.other[row],
        must: must(row)
      });
    }
    return found;
  }
  function measured(context, name, { size }) {
    const bold = `${name.must ? 700 : 600} ${size}px ${FONTS}`;
    context.font = bold;
    const width = context.measureText(name.text).width + 2 * MARGIN_PX;
    return { ...name, font: bold, width, height: 1.25 * size, line: 1.25 * size, reach: Math.max(14, name.room / 5) };
  }
  function addSecondLines(labels, { frame, solid, soft }, { size }) {
    for (const label of labels) {
      if (!label.second || label.room < ROOM_FOR_TWO_PX) continue;
      const [west, north, east, south] = label.box;
      const higher = { width: label.width, height: 2 * label.line };
      const box = boxAround(higher, (west + east) / 2, (north + south) / 2);
      const others = [...solid, ...labels.filter((other) => other !== label).map((other) => other.box)];
      if (!inside(box, frame) || others.some((other) => overlap(box, other)) || shareCovered(box, soft) > 0) continue;
      label.box = box;
      label.small = `italic ${size - 1}px ${FONTS}`;
    }
  }
  function drawLabel(context, { text, second, small, font, box, line }, { halo }) {
    const left = Math.round((box[0] + box[2]) / 2), middle = Math.round((box[1] + box[3]) / 2);
    const lines = small ? [text, second] : [text];
    lines.forEach((words, i) => {
      const at = middle + (i - (lines.length - 1) / 2) * line;
      context.font = i ? small : font;
      context.strokeStyle = "rgba(255,255,255,0.9)";
      context.lineWidth = halo;
      context.strokeText(words, left, at);
      context.fillStyle = i ? "#4d565c" : "#2b343a";
      context.fillText(words, left, at);
    });
  }

  // src/outward.js
  function turn(ax, ay, bx, by, cx, cy) {
    return (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
  }
  function offLine(px, py, ax, ay, cx, cy) {
    const dx = cx - ax, dy = cy - ay, squared = dx * dx + dy * dy;
    if (squared === 0) return Math.hypot(px - ax, py - ay);
    const share = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / squared));
    return Math.hypot(px - ax - share * dx, py - ay - share * dy);
  }
  function simplifyOutward(xs, ys, count, tolerance) {
    if (count < 5 || tolerance <= 0) return count;
    const fewer = leaveOutDents(xs, ys, count, tolerance);
    return fewer < 6 ? fewer : extendCorners(xs, ys, fewer, tolerance);
  }
  function leaveOutDents(xs, ys, count, tolerance) {
    let kept = 0, last = 0;
    for (let i = 1; i < count; i++) {
      const next = (i + 1) % count;
      const cx = next === 0 ? xs[0] : xs[next], cy = next === 0 ? ys[0] : ys[next];
      const dent = turn(xs[kept], ys[kept], xs[i], ys[i], cx, cy) >= 0;
      if (dent && i - last < 40 && near(xs, ys, last + 1, i, xs[kept], ys[kept], cx, cy, tolerance)) continue;
      kept += 1;
      last = i;
      xs[kept] = xs[i];
      ys[kept] = ys[i];
    }
    return kept + 1;
  }
  function near(xs, ys, from, to, ax, ay, cx, cy, tolerance) {
    for (let i = from; i <= to; i++) if (offLine(xs[i], ys[i], ax, ay, cx, cy) > tolerance) return false;
    return true;
  }
  function extendCorners(xs, ys, count, tolerance) {
    let kept = 1;
    for (let i = 1; i < count; ) {
      const a = kept - 1;
      if (i + 2 <= count) {
        const c = i + 1 < count ? i + 1 : 0, d = (i + 2) % count;
        const corner = c !== 0 && meeting(xs[a], ys[a], xs[i], ys[i], xs[c], ys[c], xs[d], ys[d], tolerance);
        if (corner) {
          xs[kept] = corner[0];
          ys[kept] = corner[1];
          kept += 1;
          i += 2;
          if (i < count) {
            xs[kept] = xs[i];
            ys[kept] = ys[i];
            kept += 1;
            i += 1;
          }
          continue;
        }
      }
      xs[kept] = xs[i];
      ys[kept] = ys[i];
      kept += 1;
      i += 1;
    }
    return kept;
  }
  function meeting(ax, ay, bx, by, cx, cy, dx, dy, tolerance) {
    if (turn(ax, ay, bx, by, cx, cy) >= 0 || turn(bx, by, cx, cy, dx, dy) >= 0) return null;
    const ux = bx - ax, uy = by - ay, vx = cx - dx, vy = cy - dy;
    const cross = ux * vy - uy * vx;
    if (Math.abs(cross) < 1e-12) return null;
    const s = ((cx - bx) * vy - (cy - by) * vx) / cross;
    const t = ((cx - bx) * uy - (cy - by) * ux) / cross;
    if (!(s > 0 && t > 0)) return null;
    const px = bx + s * ux, py = by + s * uy;
    return Math.abs(turn(bx, by, cx, cy, px, py)) / Math.hypot(cx - bx, cy - by) <= tolerance ? [px, py] : null;
  }

  // src/places.js
  var SHADES = ["#eef3f8", "#c9d9e8", "#9dbbd6", "#6d97bf", "#3f6f9f", "#255079", "#153654", "#0c2238", "#06121f"];
  var BORDERS = [
    { colour: "rgba(90,90,90,0.55)", width: 0.9, halo: "rgba(255,255,255,0.4)", edge: 1.3 },
    { colour: "#5a5a5a", width: 1.8, halo: "rgba(255,255,255,0.7)", edge: 2 }
  ];
  function shadeColour(index, count) {
    return SHADES[Math.round(index * (SHADES.length - 4) / Math.max(1, count - 1))] ?? SHADES[0];
  }
  function drawPlaces(renderer, context, places, view) {
    const { levels, on, shade } = places, { onTiles } = renderer.scene.symbols;
    for (const [rank, level] of levels.entries()) {
      for (let row = 0; row < level.shapes.count; row++) {
        if (!boxInView(level.shapes.box, row, view)) continue;
        renderer.path(context, level.shapes, row, view, 0);
        if (rank === 0) fillPlace(context, row, shade, onTiles, renderer.scene.symbols);
        if (on[level.level]) strokePlace(context, BORDERS[Math.min(rank, 1)], onTiles);
      }
    }
  }
  function strokePlace(context, border, onTiles) {
    context.setLineDash([]);
    context.lineJoin = "round";
    if (onTiles) {
      context.strokeStyle = border.halo;
      context.lineWidth = border.width + border.edge;
      context.stroke();
    }
    context.strokeStyle = border.colour;
    context.lineWidth = border.width;
    context.stroke();
  }
  function fillPlace(context, row, shade, onTiles, symbols) {
    const found = shade?.on ? shade.byRow(row) : null;
    if (found && found.class >= 0) context.fillStyle = shadeColour(found.class, shade.limits.length);
    else if (found && found.class === -1)
      context.fillStyle = symbols.fillStyle(context, { colour: "#b0b4b8", opacity: 0.35, pattern: "hatched" });
    else if (onTiles) return;
    else context.fillStyle = "#fbfaf6";
    context.fill("nonzero");
  }
  function boxInView(box, row, { world, x, y, bounds }) {
    const at = 4 * row;
    return box[at] * world - x <= bounds.max.x && box[at + 2] * world - x >= bounds.min.x && box[at + 1] * world - y <= bounds.max.y && box[at + 3] * world - y >= bounds.min.y;
  }

  // src/specks.js
  var Specks = class {
    constructor() {
      this.west = new Float64Array(64);
      this.east = new Float64Array(64);
    }
    start(x, y, width, height) {
      Object.assign(this, { x, y, width, height, any: false, fills: [] });
      if (this.cells?.length !== width * height) this.cells = new Uint8Array(width * height);
      else this.cells.fill(0);
      return this;
    }
    code(fill2) {
      this.any = true;
      const code = this.fills.indexOf(fill2);
      return code < 0 ? this.fills.push(fill2) : code + 1;
    }
    addBox(left, top, right, bottom, fill2) {
      const north = Math.floor(top - this.y), south = Math.max(Math.ceil(bottom - this.y), north + 2), code = this.code(fill2);
      for (let line = north; line < south; line++)
        this.addSpan(line, left - this.x, Math.max(right, left + 1) - this.x, code);
    }
    addSpan(line, from, to, code) {
      if (line < 0 || line >= this.height) return;
      const west = Math.max(0, Math.floor(from)), east = Math.min(this.width, Math.ceil(to));
      for (let at = line * this.width + west, end = line * this.width + east; at < end; at++) this.cells[at] = code;
    }
    // Line by line from the westernmost to the easternmost point of each shell: never less than the shell.
    // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one pass over a hundred thousand shapes a frame
    addShape({ rings, points, wx, wy }, row, { world, x, y }, fill2) {
      const code = this.code(fill2), shiftX = x + this.x, shiftY = y + this.y;
      for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
        let north = Infinity, south = -Infinity;
        for (let p = points[ring], end = points[ring + 1], q = end - 1; p < end; q = p++) {
          const down = wy[q] <= wy[p], upper = down ? q : p, lower = down ? p : q;
          const y0 = wy[upper] * world - shiftY, y1 = wy[lower] * world - shiftY;
          const x0 = wx[upper] * world - shiftX, x1 = wx[lower] * world - shiftX, slope = y1 > y0 ? (x1 - x0) / (y1 - y0) : 0;
          const first = Math.floor(y0), last = Math.floor(y1);
          if (north > south) [north, south] = [first, first - 1];
          while (north > first) this.open(--north);
          while (south < last) this.open(++south);
          for (let line = first; line <= last; line++) {
            const a = line > first ? x0 + (line - y0) * slope : x0, b = line < last ? x0 + (line + 1 - y0) * slope : x1;
            const at = line & 63;
            this.west[at] = Math.min(this.west[at], a, b);
            this.east[at] = Math.max(this.east[at], a, b);
          }
        }
        for (let line = north; line <= south; line++)
          this.addSpan(line, this.west[line & 63], this.east[line & 63], code);
      }
    }
    // Nothing of an earlier shape may be left in a line.
    open(line) {
      this.west[line & 63] = Infinity;
      this.east[line & 63] = -Infinity;
    }
    paint(context, symbols) {
      if (!this.any) return;
      this.canvas ??= document.createElement("canvas");
      this.canvas.width = this.width;
      this.canvas.height = this.height;
      const pen = this.canvas.getContext("2d"), picture = pen.createImageData(this.width, this.height);
      const pixels = new Uint32Array(picture.data.buffer), colours = [0, ...this.fills.map((fill2) => symbols.pixel(fill2, 0.65))];
      for (let i = 0; i < pixels.length; i++) if (this.cells[i]) pixels[i] = colours[this.cells[i]];
      pen.putImageData(picture, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(this.canvas, this.x, this.y);
    }
  };

  // src/canvas.js
  var ROUGH_PX = 2.5;
  var SPECK_PX = 12;
  var SIGN_PX = 10;
  var MOST_SIGNS = 2500;
  var SLIVER_PX = 40;
  var SLIVER_AREA = 70;
  var PATTERN_PX = 14;
  var TOLERANCE_PX = 0.6;
  var NEAR_ZOOM = 13;
  var HazardCanvas = L.Renderer.extend({
    options: { padding: 0.12, pane: "hazards" },
    initialize(app, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this.app = app;
      this.scene = app.scene;
      this.xs = new Float64Array(1024);
      this.ys = new Float64Array(1024);
    },
    _initContainer() {
      this._container = element("canvas", { class: "kh-canvas", "aria-hidden": "true" });
      this._context = this._container.getContext("2d");
    },
    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },
    _updatePaths() {
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize(), corner = this._bounds.min;
      const density = this.density ?? Math.max(1, Math.min(3, window.devicePixelRatio || 1));
      L.DomUtil.setPosition(this._container, corner);
      this._container.width = Math.round(size.x * density);
      this._container.height = Math.round(size.y * density);
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this._context.setTransform(density, 0, 0, density, -corner.x * density, -corner.y * density);
      this.draw();
    },
    redraw() {
      if (!this._map) return;
      this._context.clearRect(this._bounds.min.x, this._bounds.min.y, this._bounds.getSize().x, this._bounds.getSize().y);
      this.draw();
    },
    draw() {
      const context = this._context, { places, layers } = this.scene;
      const world = 256 * 2 ** this._map.getZoom(), origin = this._map.getPixelOrigin();
      const view = { world, x: origin.x, y: origin.y, bounds: this._bounds };
      this.drawnCount = 0;
      this.told = { grouped: 0, signs: 0, shapes: 0 };
      let grouped = [];
      if (places) drawPlaces(this, context, places, view);
      for (const lines of this.scene.context) lines.draw(context, view);
      const rows = layers.map((records) => this.rowsInView(records, view));
      this.labels = places ? drawLabels(this, context, this.framed(view), this.boxesOfAreas(layers, rows, view)) : [];
      const drawPoints = () => {
        for (const points of this.scene.points) points.draw(context, view);
      };
      const near2 = this._map.getZoom() >= NEAR_ZOOM;
      if (!near2) drawPoints();
      for (const [i, records] of layers.entries()) if (records.numbered) this.drawRanks(context, records, rows[i], view);
      for (const [i, records] of layers.entries()) {
        if (records.margins) this.drawMargins(context, records, rows[i], view);
        const few = rows[i].length <= MOST_SIGNS, groups = few ? this.app.clusters.of(records, rows[i], view, SIGN_PX) : [];
        const together = new Set(groups.flatMap((group) => group.rows)), others = rows[i].filter((row) => !together.has(row));
        const [closed, hazardous] = [true, false].map((way) => groups.filter((group) => group.closed === way));
        this.drawGround(context, records, groups, view);
        this.app.clusters.draw(context, closed);
        this.drawRecords(context, records, others, view, few);
        this.app.clusters.draw(context, hazardous);
        grouped = grouped.concat(closed, hazardous);
        this.drawnCount += rows[i].length;
        if (records.kind === "hazards") this.told.grouped = rows[i].length - others.length;
      }
      if (near2) drawPoints();
      this.scene.rejected.draw(context, view);
      this.app.clusters.tell(grouped, this.framed(view).frame);
    },
    // The ground of areas that a round sign counts: it may lie beside the sign, and must not look free.
    drawGround(context, records, groups, view) {
      for (const group of groups)
        for (const row of group.rows) {
          const symbol = this.scene.symbols.cached(records, row);
          this.path(context, records.shapes, row, view, TOLERANCE_PX);
          context.fillStyle = this.scene.symbols.plain(symbol.fill, 0.85);
          context.fill("nonzero");
          this.scene.symbols.stroke(context, symbol, 0);
        }
      this.lastFill = null;
    },
    // The number of the first in the order of urgency, beside each and under all areas.
    drawRanks(context, records, rows, view) {
      const { box } = records.shapes;
      context.font = `700 ${12 * this.scene.textScale}px ${FONTS}`;
      context.textAlign = "left";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.setLineDash([]);
      for (const row of rows) {
        const rank = records.value(row, "rank");
        if (rank === null || rank > records.numbered) continue;
        const [left, north, right, south] = [0, 1, 2, 3].map(
          (i) => box[4 * row + i] * view.world - (i % 2 ? view.y : view.x)
        );
        const x = Math.max(right, (left + right) / 2 + (records.knowsContamination ? 8 : 6)) + 3;
        context.strokeStyle = "rgba(255,255,255,0.95)";
        context.lineWidth = 4;
        context.strokeText(String(rank), x, (north + south) / 2);
        context.fillStyle = "#08306b";
        context.fillText(String(rank), x, (north + south) / 2);
      }
    },
    // How far each area may reach by the accuracy of its survey: a thin band that the area itself covers.
    drawMargins(context, records, rows, view) {
      for (const row of rows) {
        if (!records.value(row, "margin_m")) continue;
        this.path(context, records.margins, row, view, TOLERANCE_PX);
        this.scene.symbols.margin(context);
      }
    },
    drawRecords(context, records, rows, view, few) {
      const { box } = records.shapes, { symbols } = this.scene;
      const specks = few ? null : this.specks(view);
      this.lastFill = null;
      let signs = 0;
      for (const row of rows) {
        const left = box[4 * row] * view.world - view.x, top = box[4 * row + 1] * view.world - view.y;
        const right = box[4 * row + 2] * view.world - view.x, bottom = box[4 * row + 3] * view.world - view.y;
        const size = Math.max(right - left, bottom - top), symbol = symbols.cached(records, row);
        const released = records.kind === "releases" && !records.later[row];
        if (few && size < SIGN_PX) {
          symbols.dot(context, symbol, (left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
          this.lastFill = null;
          signs += 1;
        } else if (released) {
          this.drawReleased(context, records.shapes, row, view, symbol, size, few);
          this.lastFill = null;
        } else if (few || size >= SPECK_PX) this.drawShape(context, records.shapes, row, view, symbol, size, few);
        else if (size < ROUGH_PX) specks.addBox(left, top, right, bottom, symbol.fill);
        else specks.addShape(records.shapes, row, view, symbol.fill);
      }
      specks?.paint(context, symbols);
      if (records.kind === "hazards") Object.assign(this.told, { signs, shapes: rows.length - signs });
    },
    // Every point as it is, filled by the even-odd rule, and the outline inside of its ring.
    drawReleased(context, shapes, row, view, symbol, size, few) {
      const { symbols } = this.scene, outlined = few || size >= PATTERN_PX;
      this.path(context, shapes, row, view, 0);
      context.save();
      context.clip("evenodd");
      if (few && symbols.onTiles) symbols.underlay(context, symbol, "evenodd");
      context.fillStyle = size < PATTERN_PX ? symbols.plain(symbol.fill) : symbols.fillStyle(context, symbol.fill);
      context.fill("evenodd");
      if (outlined) symbols.stroke(context, symbol, size, 2);
      context.restore();
      if (few) this.markSmallParts(context, shapes, row, view, symbol);
    },
    drawShape(context, shapes, row, view, symbol, size, few) {
      const { symbols } = this.scene;
      const fill2 = size < PATTERN_PX ? symbols.plain(symbol.fill) : symbols.fillStyle(context, symbol.fill);
      this.path(context, shapes, row, view, TOLERANCE_PX);
      if (few && symbols.onTiles) symbols.underlay(context, symbol);
      if (fill2 !== this.lastFill || symbols.onTiles) context.fillStyle = fill2;
      this.lastFill = fill2;
      context.fill("nonzero");
      if (few || size >= PATTERN_PX) symbols.stroke(context, symbol, size);
      if (few && this.markSmallParts(context, shapes, row, view, symbol)) this.lastFill = null;
    },
    specks({ bounds }) {
      const size = bounds.getSize();
      this.known ??= new Specks();
      return this.known.start(bounds.min.x, bounds.min.y, size.x, size.y);
    },
    // Parts of an area that lie apart may each be too small to be seen, though together they are not; and a long thin
    // part may be hard to find. The former get the sign that covers them, the latter one beside their outline.
    markSmallParts(context, shapes, row, view, symbol) {
      const { rings, points, wx, wy } = shapes, { symbols } = this.scene;
      const several = rings[row + 1] - rings[row] > 1;
      let marked = false;
      for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
        let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity, wound = 0;
        for (let p = points[ring], end = points[ring + 1], q = end - 1; p < end; q = p++) {
          west = Math.min(west, wx[p]);
          east = Math.max(east, wx[p]);
          north = Math.min(north, wy[p]);
          south = Math.max(south, wy[p]);
          wound += (wx[p] - wx[q]) * (wy[p] + wy[q] - 2 * wy[points[ring]]);
        }
        const width = (east - west) * view.world, height = (south - north) * view.world, size = Math.max(width, height);
        if (wound < 0 || size >= SLIVER_PX) continue;
        const x = (west + east) / 2 * view.world - view.x, y = (north + south) / 2 * view.world - view.y;
        const covers = several && size < SIGN_PX, thin = wound / 2 * view.world ** 2 < SLIVER_AREA;
        if (covers) symbols.dot(context, symbol, x, y, width, height);
        else if (thin) symbols.dot(context, symbol, x, y, 0, 0);
        marked ||= covers || thin;
      }
      return marked;
    },
    // Where names had better not stand; with very many areas there is no free room anyway.
    // The part of the canvas that is looked at, and what lies over it.
    framed(view) {
      const map = this._map, corner = map.containerPointToLayerPoint([0, 0]), size = map.getSize(), from = map.getContainer().getBoundingClientRect();
      const controls = [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
        const box = control.getBoundingClientRect();
        const [x, y] = [box.left - from.left + corner.x, box.top - from.top + corner.y];
        return [x - 2, y - 2, x + box.width + 2, y + box.height + 2];
      });
      return { ...view, frame: [corner.x, corner.y, corner.x + size.x, corner.y + size.y], controls };
    },
    boxesOfAreas(layers, rows, view) {
      const boxes = this.scene.rejected.count > 400 ? [] : this.scene.rejected.boxes(view);
      layers.forEach((records, i) => {
        const { box } = records.shapes;
        for (const row of rows[i].length > 400 ? [] : rows[i]) {
          const [west, north, east, south] = [0, 1, 2, 3].map(
            (i2) => box[4 * row + i2] * view.world - (i2 % 2 ? view.y : view.x)
          );
          const grow = records.kind !== "hazards" ? 4 : records.knowsContamination ? 8 : 6;
          boxes.push([west - grow, north - grow, east + grow, south + grow]);
        }
      });
      return boxes;
    },
    rowsInView(records, { world, x, y, bounds }) {
      const west = (bounds.min.x + x - 8) / world, east = (bounds.max.x + x + 8) / world;
      const north = (bounds.min.y + y - 8) / world, south = (bounds.max.y + y + 8) / world;
      const { box } = records.margins ?? records.shapes, rows = [], order = this.scene.order(records);
      for (let i = 0; i < order.length; i++) {
        const row = order[i], at = 4 * row;
        if (box[at] <= east && box[at + 2] >= west && box[at + 1] <= south && box[at + 3] >= north && records.isDrawn(row))
          rows.push(row);
      }
      return rows;
    },
    path(context, shapes, row, view, tolerance) {
      context.beginPath();
      for (let ring = shapes.rings[row]; ring < shapes.rings[row + 1]; ring++) {
        const count = this.ringOnScreen(shapes, ring, view, tolerance);
        if (count < 3) continue;
        context.moveTo(this.xs[0], this.ys[0]);
        for (let i = 1; i < count; i++) context.lineTo(this.xs[i], this.ys[i]);
        context.closePath();
      }
    },
    // Points of a ring in pixels, simplified; a hole too small to see gives none, so its ground is covered. Without a
    // tolerance they are all of them, as released ground needs them.
    ringOnScreen(shapes, ring, { world, x, y }, tolerance) {
      const first = shapes.points[ring], count = shapes.points[ring + 1] - first;
      if (count > this.xs.length) {
        this.xs = new Float64Array(2 * count);
        this.ys = new Float64Array(2 * count);
      }
      for (let i = 0; i < count; i++) {
        this.xs[i] = shapes.wx[first + i] * world - x;
        this.ys[i] = shapes.wy[first + i] * world - y;
      }
      return simplifyOutward(this.xs, this.ys, count, tolerance);
    },
    // What is drawn of an area at a zoom, in world units: the promise that a hazard is covered, and a release not
    // exceeded, is tested on this.
    drawnRings(shapes, row, zoom, released = false) {
      const view = { world: 256 * 2 ** zoom, x: 0, y: 0 }, rings = [];
      for (let ring = shapes.rings[row]; ring < shapes.rings[row + 1]; ring++) {
        const count = this.ringOnScreen(shapes, ring, view, released ? 0 : TOLERANCE_PX);
        rings.push(Array.from({ length: count }, (_, i) => [this.xs[i] / view.world, this.ys[i] / view.world]));
      }
      return rings;
    },
    // Areas under a point, uppermost first; `reach` in pixels helps fingers and areas drawn as signs.
    rowsAt(latlng, reach) {
      const world = 256 * 2 ** this._map.getZoom(), x = worldX(latlng.lng), y = worldY(latlng.lat), margin = reach / world;
      const found = [this.scene.rejected, ...this.scene.points.toReversed()].flatMap(
        (signs) => signs.rowsAt(x, y, world, reach)
      );
      for (const records of [...this.scene.layers].reverse()) {
        const { box } = records.shapes, order = this.scene.order(records);
        const sure = [], close = [];
        for (let i = order.length - 1; i >= 0; i--) {
          const row = order[i], at = 4 * row;
          if (x < box[at] - margin || x > box[at + 2] + margin || y < box[at + 1] - margin || y > box[at + 3] + margin || !records.isDrawn(row))
            continue;
          if (records.covers(row, x, y)) sure.push({ records, row });
          else if (Math.max(box[at + 2] - box[at], box[at + 3] - box[at + 1]) * world < 1.5 * SIGN_PX)
            close.push({ records, row });
        }
        found.push(...sure, ...close);
      }
      return found;
    }
  });

  // src/records.js
  var UNKNOWN = "";
  var CLOSED = /* @__PURE__ */ new Set(["closed", "handed over"]);
  var Records = class {
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
      this.facets = /* @__PURE__ */ new Map();
      this.day = null;
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
      const known = /* @__PURE__ */ new Map(), groups = /* @__PURE__ */ new Map(), codes = new Int32Array(this.count);
      const parts = columns.map((column) => this.codesOf(column));
      for (let row = 0; row < this.count; row++) {
        let key = 0;
        for (const part of parts) key = key * part.size + part.codes[row] + 1;
        let code = known.get(key);
        if (code === void 0) {
          const path2 = columns.map((column) => this.value(row, column) ?? UNKNOWN), words = JSON.stringify(path2);
          if (!groups.has(words)) groups.set(words, { path: path2, code: groups.size, on: true });
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
        ({ path: path2 }) => !["", "unknown"].includes(path2[0])
      );
      return this.knows;
    }
    // A number for each value of a column, -1 for none.
    codesOf(name) {
      const column = this.columns.get(name);
      if (!column) return { codes: new Int32Array(this.count).fill(-1), size: 1 };
      if (column.codes) return { codes: column.codes, size: column.values.length + 1 };
      const seen = /* @__PURE__ */ new Map();
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
        if (this.absent[row] || this.knownDay && this.later[row] || !counts(row)) continue;
        const { all, drawn } = sums[codes[row]], area = this.value(row, "area_m2");
        addTo(all, area);
        if (this.isDrawn(row)) addTo(drawn, area);
      }
      return sums;
    }
    // Names of places that stand below different others.
    placesTwice() {
      this.twice ??= namesTwice(
        (this.facets.get("place")?.groups ?? []).map(({ path: path2 }) => path2.findLast((name) => name))
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
        const until = this.value(row, "there_until"), from = this.value(row, "there_from") ?? this.value(row, "established");
        const later = day !== null && from !== null && from > day;
        if (until !== null && (day === null || day >= until) || later && this.value(row, "there_again"))
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
        this.latLngs(row).flat().reduce((a, b) => b[0] > a[0] ? b : a)
      );
    }
    // Winding number of all rings, so that the answer is that of the fill.
    covers(row, x, y) {
      const { rings, points, wx, wy } = this.shapes;
      let winding = 0;
      for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
        const first = points[ring], end = points[ring + 1];
        for (let p = first, q = end - 1; p < end; q = p++) {
          if (wy[q] <= y !== wy[p] <= y) {
            const cross = (wx[p] - wx[q]) * (y - wy[q]) - (x - wx[q]) * (wy[p] - wy[q]);
            if (wy[p] > wy[q] ? cross > 0 : cross < 0) winding += wy[p] > wy[q] ? 1 : -1;
          }
        }
      }
      return winding !== 0;
    }
  };
  function emptySum() {
    return { count: 0, area: 0, unknown: 0 };
  }
  function addTo(total, area) {
    total.count += 1;
    if (area === null) total.unknown += 1;
    else total.area += area;
  }

  // src/clusters.js
  var SIGN_REACH = 5.5;
  var ROOMY_REACH = 7.5;
  var OVERLAP = 0.92;
  var HIDDEN_PX = 2;
  var DEEPEST = 20;
  var INK = "#1a0d00";
  var GRAVITY = ["CHA", "SHA", ""];
  function radiusOf(count, scale = 1) {
    return scale * (count < 10 ? 10 : count < 100 ? 11.5 : count < 1e3 ? 14 : 17);
  }
  function heaps(items, scale = 1) {
    let groups = items.map((item) => ({ x: item.x, y: item.y, reach: item.reach, members: [item] })), before = Infinity;
    while (groups.length < before) {
      before = groups.length;
      groups = mergedOnce(groups, scale);
    }
    return groups;
  }
  function mergedOnce(groups, scale) {
    const widest = groups.reduce((most, group) => Math.max(most, group.reach), 1), size = 2 * widest;
    const cells = /* @__PURE__ */ new Map(), kept = [];
    for (const group of groups.toSorted((a, b) => b.members.length - a.members.length)) {
      const column = Math.floor(group.x / size), row = Math.floor(group.y / size);
      let taker = null;
      for (let c = column - 1; c <= column + 1 && !taker; c++)
        for (let r = row - 1; r <= row + 1 && !taker; r++)
          taker = cells.get(`${c} ${r}`)?.find((other) => lieOnEachOther(other, group)) ?? null;
      if (taker) taker.taken.push(group);
      else {
        const placed = { ...group, taken: [] }, key = `${column} ${row}`;
        kept.push(placed);
        if (cells.has(key)) cells.get(key).push(placed);
        else cells.set(key, [placed]);
      }
    }
    return kept.map(({ taken, ...group }) => taken.length ? joined([group, ...taken], scale) : group);
  }
  function joined(groups, scale) {
    const members = groups.flatMap((group) => group.members), mean = (name) => groups.reduce((sum, group) => sum + group[name] * group.members.length, 0) / members.length;
    return { x: mean("x"), y: mean("y"), reach: radiusOf(members.length, scale), members };
  }
  function lieOnEachOther(one, other) {
    const apart = Math.hypot(one.x - other.x, one.y - other.y);
    const asDrawn = [one, other].filter((group2) => group2.members.length === 1 && !group2.members[0].sign);
    if (!asDrawn.length) return apart < OVERLAP * (one.reach + other.reach);
    const [area] = asDrawn, group = area === one ? other : one;
    return asDrawn.length === 1 && group.members.length > 1 && apart + area.reach <= group.reach + HIDDEN_PX;
  }
  var Clusters = class {
    constructor(app) {
      this.app = app;
      this.shown = [];
      this.buttons = /* @__PURE__ */ new Map();
      const pane = app.map.createPane("clusters");
      pane.style.zIndex = 645;
      pane.style.pointerEvents = "none";
      this.list = element("div", { class: "leaflet-zoom-hide", role: "group", "aria-label": app.say.t("cluster.group") });
      pane.append(this.list);
    }
    // What of a layer is told by groups in this view; the same wherever the view is moved to.
    of(records, rows, view, signPx) {
      if (records.kind !== "hazards" || this.app.content.public) return [];
      const scale = this.app.scene.textScale, all = records.count <= 2e4, version = `${view.world} ${records.version} ${scale}`;
      if (!all || this.known?.version !== version) {
        const candidates = all ? Array.from({ length: records.count }, (_, row) => row) : rows;
        const items = candidates.map((row) => itemOf(records, row, view.world, signPx, scale)).filter(Boolean);
        const groups = heaps(items, scale).filter(({ members }) => members.length > 1).map((group) => this.described(records, group));
        this.known = { version, groups };
      }
      const margin = 2 * radiusOf(1e3, scale), { min, max } = view.bounds;
      return this.known.groups.map((group) => ({ ...group, x: group.x - view.x, y: group.y - view.y })).filter(({ x, y }) => x > min.x - margin && x < max.x + margin && y > min.y - margin && y < max.y + margin);
    }
    described(records, { x, y, reach, members }) {
      const rows = members.map((member) => member.row), tally = /* @__PURE__ */ new Map();
      for (const row of rows) tally.set(kindOf(records, row), (tally.get(kindOf(records, row)) ?? 0) + 1);
      const worst = rows.reduce((a, b) => this.gravity(records, b) < this.gravity(records, a) ? b : a);
      return { records, x, y, reach, rows, tally, worst, closed: tally.get("closed") === rows.length };
    }
    // In a map of ranks the most urgent, else the most certain.
    gravity(records, row) {
      const kind = kindOf(records, row);
      if (kind === "closed") return 1e3;
      const rank = this.app.scene.symbols.rankClasses.indexOf(records.value(row, "rank_class") ?? "");
      return 10 * (rank < 0 ? 50 : rank) + GRAVITY.indexOf(kind);
    }
    draw(context, groups) {
      for (const group of groups.toSorted(
        (a, b) => this.gravity(b.records, b.worst) - this.gravity(a.records, a.worst)
      )) {
        const symbol = this.app.scene.symbols.cached(group.records, group.worst);
        clusterSign(context, symbol, group.rows.length, group.x, group.y, this.app.scene.textScale, {
          closed: group.closed,
          text: this.app.say.number(group.rows.length)
        });
      }
    }
    // A button for each sign in the frame, seen by those who use keys or hear the page.
    tell(groups, [west, north, east, south]) {
      this.shown = groups;
      const there = /* @__PURE__ */ new Map();
      for (const group of groups) {
        if (group.x < west || group.x > east || group.y < north || group.y > south) continue;
        const key = `${group.rows[0]} ${group.rows.length}`, button = this.buttons.get(key) ?? this.button(key);
        const label = this.label(group);
        button.setAttribute("aria-label", label);
        button.dataset.khCount = group.rows.length;
        button.style.width = button.style.height = `${Math.max(24, 2 * group.reach)}px`;
        L.DomUtil.setPosition(button, L.point(group.x, group.y));
        button.onclick = () => this.open(group);
        there.set(key, button);
      }
      for (const [key, button] of this.buttons) if (!there.has(key)) button.remove();
      for (const button of there.values()) if (!button.isConnected) this.list.append(button);
      this.list.hidden = !there.size;
      this.buttons = there;
    }
    button(key) {
      return element("button", { type: "button", class: "kh-cluster", "data-kh-cluster": key });
    }
    label(group) {
      const { t, number } = this.app.say;
      const parts = [...GRAVITY, "closed"].filter((kind) => group.tally.has(kind)).map((kind) => `${number(group.tally.get(kind))} ${this.kindWord(kind)}`);
      return `${t("cluster.label", { n: number(group.rows.length) })}: ${parts.join(", ")}`;
    }
    kindWord(kind) {
      if (kind === "closed") return this.app.say.t("cluster.closed");
      return this.app.word("hazard_type", kind, "short");
    }
    at(latlng) {
      const point = this.app.map.latLngToLayerPoint(latlng);
      return this.shown.findLast(({ x, y, reach }) => Math.hypot(point.x - x, point.y - y) <= reach + 1);
    }
    // Nearer until they lie apart; where no zoom parts them, one by one.
    open(group) {
      const { map, popups } = this.app, bounds = L.latLngBounds([]);
      for (const row of group.rows) bounds.extend(group.records.bounds(row));
      const zoom = map.getZoom(), deepest = Math.min(map.getMaxZoom(), DEEPEST);
      if (zoom >= deepest) {
        popups.open(
          group.rows.map((row) => ({ records: group.records, row })),
          0,
          bounds.getCenter()
        );
        return popups.focus();
      }
      if (this.list.contains(document.activeElement)) map.getContainer().focus({ preventScroll: true });
      const nearer = Math.max(zoom + 1, map.getBoundsZoom(bounds, false, L.point(60, 60)));
      map.setView(bounds.getCenter(), Math.min(nearer, deepest));
    }
  };
  function kindOf(records, row) {
    if (CLOSED.has(records.value(row, "status"))) return "closed";
    const type = records.value(row, "hazard_type") ?? "";
    return GRAVITY.includes(type) ? type : "";
  }
  function itemOf(records, row, world, signPx, scale) {
    if (!records.hasShape(row) || !records.isDrawn(row)) return null;
    const rank = records.numbered ? records.value(row, "rank") : null;
    if (rank !== null && rank <= records.numbered) return null;
    const { box } = records.shapes, width = (box[4 * row + 2] - box[4 * row]) * world, height = (box[4 * row + 3] - box[4 * row + 1]) * world, size = Math.max(width, height);
    if (size >= 2 * radiusOf(1e3, scale)) return null;
    const sign2 = size < signPx, half = Math.hypot(width, height) / 2;
    return {
      row,
      sign: sign2,
      x: box[4 * row] * world + width / 2,
      y: box[4 * row + 1] * world + height / 2,
      reach: sign2 ? Math.max(records.knowsContamination ? ROOMY_REACH : SIGN_REACH, half) : half
    };
  }
  function clusterSign(context, symbol, count, x, y, scale, { closed, text }) {
    const radius = radiusOf(count, scale);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.setLineDash([]);
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.lineWidth = 4;
    context.stroke();
    context.fillStyle = "#ffffff";
    context.fill();
    context.globalAlpha = 0.8;
    context.fillStyle = closed ? symbol.outline.colour : symbol.fill.colour;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = INK;
    context.lineWidth = closed ? 1 : 2;
    context.setLineDash(closed || symbol.dot === "circle" ? [] : [4, 3]);
    context.stroke();
    context.setLineDash([]);
    const white = dark(context.fillStyle);
    context.fillStyle = white ? "#ffffff" : INK;
    context.font = `700 ${(text.length > 3 ? 10.5 : 12.5) * scale}px "Liberation Sans", Arial, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, x, y + 0.5);
  }
  function dark(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return 0.299 * red + 0.587 * green + 0.114 * blue < 75;
  }

  // src/context.js
  var LOOKS = {
    rivers: [{ colour: "#86b3d6", width: 1.2 }],
    roads: [
      { colour: "#b3a081", width: 2.4 },
      { colour: "#ffffff", width: 1 }
    ]
  };
  var Context = class {
    constructor(kind, { owner, lon, lat }) {
      this.kind = kind;
      this.words = `context.${kind}`;
      this.on = true;
      this.wx = Float64Array.from(lon, (step) => worldX(step / STEPS));
      this.wy = Float64Array.from(lat, (step) => worldY(step / STEPS));
      this.starts = [...owner.keys()].filter((p) => p === 0 || owner[p] !== owner[p - 1]).concat(owner.length);
      this.boxes = this.starts.slice(0, -1).map((from, i) => this.box(from, this.starts[i + 1]));
    }
    box(from, to) {
      const xs = this.wx.subarray(from, to), ys = this.wy.subarray(from, to);
      return [
        xs.reduce((a, b) => Math.min(a, b), Infinity),
        ys.reduce((a, b) => Math.min(a, b), Infinity),
        xs.reduce((a, b) => Math.max(a, b), -Infinity),
        ys.reduce((a, b) => Math.max(a, b), -Infinity)
      ];
    }
    draw(pen, { world, x, y, bounds }) {
      if (!this.on) return;
      const west = (bounds.min.x + x) / world, north = (bounds.min.y + y) / world, east = (bounds.max.x + x) / world, south = (bounds.max.y + y) / world;
      pen.beginPath();
      for (const [i, [left, top, right, bottom]] of this.boxes.entries()) {
        if (left > east || right < west || top > south || bottom < north) continue;
        for (let p = this.starts[i]; p < this.starts[i + 1]; p++) {
          const across = this.wx[p] * world - x, down = this.wy[p] * world - y;
          if (p === this.starts[i]) pen.moveTo(across, down);
          else pen.lineTo(across, down);
        }
      }
      stroke(pen, LOOKS[this.kind]);
    }
    swatch() {
      const picture = element("canvas", { width: 60, height: 40, class: "kh-swatch", "aria-hidden": "true" }), pen = picture.getContext("2d");
      pen.scale(2, 2);
      pen.moveTo(1, 13);
      pen.bezierCurveTo(10, 3, 18, 18, 29, 7);
      stroke(pen, LOOKS[this.kind]);
      return picture;
    }
  };
  function stroke(pen, looks) {
    pen.setLineDash([]);
    pen.lineJoin = "round";
    pen.lineCap = "round";
    for (const { colour, width } of looks) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
    pen.lineCap = "butt";
  }

  // src/expiry.js
  function isOver(day, now) {
    const [year, month, date] = day.split("-").map(Number);
    return now >= new Date(year, month - 1, date + 1);
  }
  function tellExpiry(head, expiry) {
    if (expiry?.day && isOver(expiry.day, /* @__PURE__ */ new Date()))
      head.append(element("p", { class: "kh-expired", role: "alert" }, expiry.text));
  }

  // src/icons.js
  var ICONS = {
    in: "M10 4v12M4 10h12",
    out: "M4 10h12",
    all: "M3 10.5 10 4l7 6.5M5.5 9v7.5h9V9",
    print: "M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z",
    measure: "M2.5 13.5l11-11 4 4-11 11zM6 10l2 2M8.5 7.5l2 2M11 5l2 2",
    locate: "M10 5.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10 2v3.5M10 14.500V18M2 10h3.500M14.500 10H18"
  };
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), path2 = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    path2.setAttribute("d", ICONS[name]);
    svg.append(path2);
    return svg;
  }

  // src/numbers.js
  function speaker(texts) {
    const t = (key, values = {}) => {
      let text = Object.hasOwn(texts, key) ? texts[key] : key;
      for (const [name, value] of Object.entries(values)) text = text.split(`{${name}}`).join(String(value));
      return text;
    };
    const has = (key) => Object.hasOwn(texts, key);
    const number = (value, decimals = 0) => {
      const digits = fixed(Math.abs(value), decimals);
      const [whole, part] = digits.split(".");
      const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts["number.thousands"]);
      return (value < 0 && /[1-9]/.test(digits) ? "−" : "") + grouped + (part ? texts["number.decimal"] + part : "");
    };
    const rules = pluralRules(texts["language.code"]);
    const counted = (key, n, values = {}) => {
      const form = [`${key}|${rules.select(n)}`, `${key}|other`].find(has) ?? key;
      return t(form, { n: number(n), ...values });
    };
    const squareMetres = (value) => `${number(value)} m²`;
    const area = (value) => value >= 1e6 ? `${number(value / 1e6, 2)} km²` : squareMetres(value);
    const length = (value) => value >= 1e3 ? `${number(value / 1e3, 2)} km` : `${number(value)} m`;
    const day = (days) => {
      const date = new Date(days * 864e5);
      const month = texts["date.months"].split(" ")[date.getUTCMonth()];
      return t("date.pattern", {
        day: date.getUTCDate(),
        month,
        number: date.getUTCMonth() + 1,
        year: date.getUTCFullYear()
      });
    };
    return { t, has, number, counted, squareMetres, area, length, day };
  }
  function pluralRules(code) {
    try {
      return new Intl.PluralRules(code);
    } catch {
      return new Intl.PluralRules("en");
    }
  }
  function fixed(value, decimals) {
    const text = value.toFixed(decimals), scaled = value * 10 ** decimals;
    const between = Number.isInteger(value * 2 ** (decimals + 1)) && scaled % 1 === 0.5;
    return between ? (2 * Math.round(scaled / 2) * 10 ** -decimals).toFixed(decimals) : text;
  }

  // src/frame.js
  var LEAST_PX = 80;
  var App = class {
    constructor(id, content, map) {
      this.id = id;
      this.content = content;
      this.map = map;
      this.root = document.getElementById(`${id}-frame`);
      this.say = speaker(content.texts);
      this.tab = null;
    }
    layer(kind) {
      return this.scene.layers.find((records) => records.kind === kind);
    }
    // What a level of places is called: in the country's own words where it has them.
    levelWord(level, key) {
      const { levelWords } = this.content;
      return Object.hasOwn(levelWords, level) ? levelWords[level] : this.say.t(key);
    }
    label(column) {
      if (Object.hasOwn(this.content.levelWords, column)) return this.content.levelWords[column];
      return this.say.has(`field.${column}`) ? this.say.t(`field.${column}`) : column.replace(/_/g, " ");
    }
    // A word of the data in the reader's language; a place by its name there; anything else as it is.
    word(column, value, form) {
      if (value === null || value === "" || value === void 0) return this.say.t("unknown");
      if (["municipality", "district", "region"].includes(column)) {
        if (column === "region" && this.say.has(`region.${value}`)) return this.say.t(`region.${value}`);
        return Object.hasOwn(this.content.placeNames, value) ? this.content.placeNames[value] : value;
      }
      const words = String(value).split("; ");
      if (words.length > 1 && words.some((word) => this.say.has(`${column}.${word}`)))
        return words.map((word) => this.word(column, word, form)).join("; ");
      const key = `${column}.${value}${form ? `.${form}` : ""}`;
      if (this.say.has(key)) return this.say.t(key);
      return this.say.has(`${column}.${value}`) ? this.say.t(`${column}.${value}`) : String(value);
    }
    // The lowest place that is known; with the next above it where several places have its name.
    placeOf(records, row) {
      const [lowest, above] = ["municipality", "district", "region"].filter((level) => records.value(row, level));
      if (!lowest) return this.say.t("unknown");
      const name = this.word(lowest, records.value(row, lowest));
      const twice = above && records.placesTwice().has(records.value(row, lowest));
      return twice ? `${name}, ${this.word(above, records.value(row, above))}` : name;
    }
    titleOf(records, row) {
      const id = records.value(row, records.key), name = records.value(row, "name");
      return [id ?? this.say.t("unknown"), name].filter(Boolean).join(" · ");
    }
    amount({ count, area, unknown }, of = null) {
      const { t, number } = this.say;
      const counted = of === null ? number(count) : t("amount.of", { n: number(count), all: number(of) });
      if (this.content.public) return counted;
      const measured2 = unknown === count && count ? t("amount.unknown") : this.areaInOneUnit(area);
      const some = unknown && unknown < count ? ` + ${t("amount.some_unknown", { n: number(unknown) })}` : "";
      return `${counted} · ${measured2}${some}`;
    }
    // All sums beside each other in one unit; and none that is not nothing reads as nothing.
    areaInOneUnit(area) {
      this.inKm2 ??= this.scene.layers.some((records) => records.sum(records.rowsWhere(() => true)).area >= 1e6);
      if (!this.inKm2) return this.say.squareMetres(area);
      return area > 0 && area < 5e3 ? `< ${this.say.number(0.01, 2)} km²` : `${this.say.number(area / 1e6, 2)} km²`;
    }
    refresh() {
      for (const records of [...this.scene.layers, ...this.scene.points]) records.refresh();
      this.canvas.redraw();
      this.legend.update();
      this.layers.update();
      this.areas.update();
      this.tellHidden();
      this.permalink?.write();
    }
    // Ground that looks empty because something is switched off must not be taken for free.
    tellHidden() {
      const hidden = [...this.scene.layers, ...this.scene.points].map((records) => [records.kind, records.hiddenCount()]).filter(([, count]) => count);
      const box = this.root.querySelector(".kh-hidden");
      const was = box.childElementCount > 0;
      box.replaceChildren();
      if (was !== hidden.length > 0) queueMicrotask(() => this.map.invalidateSize({ animate: false }));
      if (!hidden.length) return;
      const { t, number } = this.say;
      const parts = hidden.map(([kind, count]) => t(`hidden.${kind}`, { n: number(count) }));
      const again = element(
        "button",
        { type: "button", class: "kh-button", onclick: () => this.showEverything() },
        t("hidden.show")
      );
      box.append(element("span", {}, `${parts.join(" · ")} – ${t("hidden.warning")}`), again);
    }
    showEverything() {
      this.time?.set(this.time.days.length);
      this.layers.setAll(true);
    }
    tell(text) {
      this.root.querySelector(".kh-hidden").replaceChildren(element("span", {}, text));
    }
    // Where an area lies: the view goes there and its popup opens.
    show(records, row) {
      if (!records.hasShape(row)) return this.tell(this.say.t("areas.undrawn", { name: this.titleOf(records, row) }));
      const asked = document.activeElement;
      this.root.classList.remove("kh-wide");
      this.areas.wide.setAttribute("aria-pressed", "false");
      if (isNarrow()) this.openTab(null);
      this.popups.open([{ records, row }], 0, records.top(row));
      const high = this.popups.popup.getElement().offsetHeight, room = this.map.getSize();
      this.map.fitBounds(records.bounds(row), {
        maxZoom: 15,
        animate: false,
        paddingTopLeft: [room.x / 6, Math.min(high + 24, room.y - 90)],
        paddingBottomRight: [room.x / 6, 40]
      });
      this.popups.popup.update();
      this.popups.cameFrom = asked;
      this.popups.focus();
    }
    goToPlace(level, row) {
      const { box } = level.shapes, at = 4 * row, unproject = (x, y) => this.map.options.crs.pointToLatLng(L.point(x * 256, y * 256), 0);
      if (isNarrow()) this.openTab(null);
      this.map.fitBounds([unproject(box[at], box[at + 1]), unproject(box[at + 2], box[at + 3])], { animate: false });
    }
    mark(found) {
      this.marked?.remove();
      this.marked = null;
      if (!found?.records.hasShape(found.row)) return;
      const look = { color: "#0b3d66", weight: 3, fill: false, interactive: false, pane: "marked" };
      this.marked = L.layerGroup([
        L.polygon(found.records.latLngs(found.row), look),
        L.circleMarker(found.records.bounds(found.row).getCenter(), { ...look, radius: 11, weight: 2 })
      ]).addTo(this.map);
    }
    tool(name, act) {
      const label = this.say.t(`tool.${name}`);
      const button = element(
        "button",
        { type: "button", class: "kh-tool", "aria-label": label, title: label, "data-kh-tool": name, onclick: act },
        icon(name)
      );
      this.tools.append(button);
      return button;
    }
    buildTools() {
      this.map.on("resize", () => this.keepAll());
      addEventListener("resize", () => this.setWidth());
      this.tools = element("div", { class: "kh-tools leaflet-bar" });
      const control = new L.Control({ position: "topright" });
      control.onAdd = () => {
        L.DomEvent.disableClickPropagation(this.tools);
        return this.tools;
      };
      control.addTo(this.map);
      this.tool("in", () => this.map.zoomIn(1));
      this.tool("out", () => this.map.zoomOut(1));
      this.tool("all", () => this.showAll());
      this.tool("print", () => window.print());
      L.control.attribution({ position: "bottomright", prefix: "Leaflet" }).addTo(this.map);
      L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }).addTo(this.map);
    }
    // The scale at the lower edge must not lie on what is looked at.
    showAll() {
      if (this.map._animatingZoom) return this.map.once("zoomend", () => this.showAll());
      if (!this.hasRoom()) return;
      const edges = { paddingTopLeft: [16, 12], paddingBottomRight: [16, 30] };
      this.map.fitBounds(this.content.bounds, { animate: false, ...edges });
      this.home = { centre: this.map.getCenter(), zoom: this.map.getZoom() };
    }
    // In a frame that is hidden, folded or far down its page, a map has no size for a while; nothing fits into that.
    hasRoom() {
      const { x, y } = this.map.getSize();
      return x >= LEAST_PX && y >= LEAST_PX;
    }
    // Whoever looks at all of it goes on to see all of it when a notice or a panel takes room from the map.
    keepAll() {
      const { map, home } = this;
      if (!home || map.getZoom() !== home.zoom || this.root.classList.contains("kh-printing")) return;
      if (map.project(map.getCenter()).distanceTo(map.project(home.centre)) < 3) this.showAll();
    }
    setWidth() {
      this.root.classList.toggle("kh-narrow", isNarrow());
      this.root.classList.toggle("kh-roomy", isNarrow() && !matchMedia("(max-width: 720px)").matches);
    }
    buildTabs() {
      this.tabs = [...this.root.querySelectorAll("[data-kh-tab]")];
      this.tabs.forEach((button, i) => {
        button.addEventListener(
          "click",
          () => this.openTab(isNarrow() && this.tab === button.dataset.khTab ? null : button.dataset.khTab)
        );
        button.addEventListener("keydown", (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          const next = this.tabs[(i + step + this.tabs.length) % this.tabs.length];
          this.openTab(next.dataset.khTab);
          next.focus();
        });
      });
      this.root.querySelector("[data-kh-open]").addEventListener("click", (event) => {
        event.preventDefault();
        this.openTab("areas");
        this.areas.input.focus();
      });
    }
    openTab(name) {
      this.tab = name;
      for (const button of this.tabs) {
        const on = button.dataset.khTab === name;
        button.setAttribute("aria-selected", String(on));
        button.tabIndex = on || !name && button === this.tabs[0] ? 0 : -1;
        this.root.querySelector(`.kh-panel-${button.dataset.khTab}`).hidden = !on;
      }
      this.root.classList.toggle("kh-closed", !name);
      if (name !== "areas") this.root.classList.remove("kh-wide");
      this.map.invalidateSize({ animate: false });
      if (name === "areas") this.areas?.update();
    }
  };

  // src/words.js
  var ORDERS = {
    hazard_type: ["CHA", "SHA"],
    status: ["open", "worked on", "handed over", "closed"],
    contamination: [
      "cluster munition remnants",
      "anti-personnel mines",
      "anti-vehicle mines",
      "other ERW",
      "mixed",
      "unknown"
    ],
    priority: ["high", "medium", "low", "unknown"],
    directness: ["direct", "indirect", "unknown"],
    product: ["cancelled", "reduced", "cleared"]
  };
  function inOrder(words, order) {
    const rank = (word) => order.includes(word) ? order.indexOf(word) : word === "" ? 99 : 50;
    return words.sort((a, b) => rank(a) - rank(b) || String(a).localeCompare(String(b)));
  }

  // src/layers.js
  var Layers = class {
    constructor(app, panel) {
      this.app = app;
      this.panel = panel;
      this.boxes = [];
      this.build();
    }
    build() {
      const { app } = this, { t } = app.say;
      const all = (on) => element(
        "button",
        { type: "button", class: "kh-button", onclick: () => this.setAll(on), "data-kh-all": on ? "on" : "off" },
        t(on ? "layers.all_on" : "layers.all_off")
      );
      this.panel.append(element("div", { class: "kh-buttons" }, all(true), all(false)));
      for (const records of [app.layer("hazards"), app.layer("releases")].filter(Boolean)) {
        this.panel.append(element("h2", {}, t(records.kind === "hazards" ? "layers.hazards" : "layers.releases")));
        for (const facet of records.facets.values()) this.panel.append(this.facet(records, facet));
      }
      if (app.scene.points.length) this.panel.append(element("h2", {}, t("layers.points")), this.pointSwitches());
      const switches = [...app.places ? this.placeSwitches() : [], ...this.contextSwitches()];
      if (switches.length)
        this.panel.append(element("h2", {}, t("layers.map")), element("ul", { class: "kh-tree" }, ...switches));
      this.update();
    }
    facet(records, facet) {
      const { app } = this, { t } = app.say;
      const open = facet.name === "hazard_type" || facet.name === "product";
      return element(
        "details",
        { class: "kh-facet", open, "data-kh-facet": `${records.kind}:${facet.name}` },
        element("summary", {}, t(`facet.${facet.name}`)),
        this.branch(facet, records.tally(facet.name), facet.groups, 0)
      );
    }
    // One level of the tree: the groups that share the word at this depth, with what lies below them.
    branch(facet, sums, groups, depth) {
      const words = inOrder([...new Set(groups.map((group) => group.path[depth]))], ORDERS[facet.columns[depth]] ?? []);
      const items = words.map((word) => {
        const members = groups.filter((group) => group.path[depth] === word);
        const deeper = depth + 1 < facet.columns.length;
        const box = this.checkbox(sums, members, this.app.word(facet.columns[depth], word));
        if (!deeper) return element("li", {}, box);
        const below = this.branch(facet, sums, members, depth + 1);
        below.hidden = true;
        const name = this.app.word(facet.columns[depth], word);
        const toggle = element("button", {
          type: "button",
          class: "kh-toggle",
          "aria-expanded": "false",
          "aria-label": this.app.say.t("layers.expand", { name })
        });
        toggle.addEventListener("click", () => {
          below.hidden = !below.hidden;
          toggle.setAttribute("aria-expanded", String(!below.hidden));
        });
        return element("li", {}, element("div", { class: "kh-branch" }, toggle, box), below);
      });
      return element("ul", { class: "kh-tree" }, ...items);
    }
    checkbox(sums, members, label) {
      const input = element("input", { type: "checkbox" });
      const total = members.map((group) => sums[group.code].all).reduce((a, b) => ({ count: a.count + b.count, area: a.area + b.area, unknown: a.unknown + b.unknown }));
      input.addEventListener("change", () => {
        for (const group of members) group.on = input.checked;
        this.app.refresh();
      });
      this.boxes.push({ input, members });
      return element(
        "label",
        { class: "kh-check" },
        input,
        element("span", { class: "kh-check-label" }, label),
        element("span", { class: "kh-amount" }, this.app.amount(total))
      );
    }
    pointSwitches() {
      const { t, number } = this.app.say;
      const items = this.app.scene.points.map((points) => {
        const input = element("input", { type: "checkbox" });
        input.addEventListener("change", () => {
          points.on = input.checked;
          this.app.refresh();
        });
        this.boxes.push({ input, members: [points] });
        return element(
          "li",
          {},
          element(
            "label",
            { class: "kh-check", "data-kh-points": points.kind },
            input,
            element("span", { class: "kh-check-label" }, t(`points.${points.kind}`)),
            element("span", { class: "kh-amount" }, number(points.count))
          )
        );
      });
      return element("ul", { class: "kh-tree" }, ...items);
    }
    contextSwitches() {
      const { app } = this;
      return app.scene.context.map(
        (lines) => this.mapSwitch(lines.kind, app.say.t(lines.words), (on) => {
          lines.on = on;
        })
      );
    }
    // One line of the tree with a box that shows or hides a part of the map.
    mapSwitch(name, words, set) {
      const input = element("input", { type: "checkbox" });
      input.checked = true;
      input.addEventListener("change", () => {
        set(input.checked);
        this.app.refresh();
      });
      return element(
        "li",
        {},
        element(
          "label",
          { class: "kh-check", "data-kh-switch": name },
          input,
          element("span", { class: "kh-check-label" }, words)
        )
      );
    }
    placeSwitches() {
      const { app } = this, { places } = app;
      const names = [...places.levels.map((level) => level.level), "names", ...places.shade ? ["shade"] : []];
      return names.map((name) => {
        const label = name === "names" ? "layers.names" : name === "shade" ? `shade.${places.shade.measure}` : `border.${name}`;
        return this.mapSwitch(name, app.levelWord(name, label), (on) => {
          if (name === "shade") places.shade.on = on;
          else places.on[name] = on;
        });
      });
    }
    setAll(on) {
      for (const records of this.app.scene.layers)
        for (const facet of records.facets.values()) for (const group of facet.groups) group.on = on;
      for (const points of this.app.scene.points) points.on = on;
      this.app.refresh();
    }
    update() {
      for (const { input, members } of this.boxes) {
        const on = members.filter((group) => group.on).length;
        input.checked = on === members.length;
        input.indeterminate = on > 0 && on < members.length;
      }
    }
  };

  // src/legend.js
  var Legend = class {
    constructor(app, panel) {
      this.app = app;
      this.panel = panel;
    }
    update() {
      const { app } = this, { t } = app.say;
      this.panel.replaceChildren();
      const hazards = app.layer("hazards"), releases = app.layer("releases");
      this.totals(app.content.totals);
      this.section(t("legend.hazards"), [...this.typeRows(hazards), ...this.groupRows(hazards)]);
      if (hazards.knowsContamination) this.section(t("legend.contamination"), this.contaminationRows(hazards));
      if (app.content.ranking) this.section(t("legend.rank"), this.rankRows(hazards), t("legend.rank_note"));
      this.section(t("legend.outline"), this.statusRows(hazards));
      if (hazards.margins) this.marginRow(hazards);
      if (releases) this.section(t("legend.released"), this.productRows(releases), this.undrawn(releases));
      if (app.scene.points.length)
        this.section(
          t("legend.points"),
          app.scene.points.flatMap((points) => this.pointRows(points))
        );
      if (app.content.rejected) this.rejected(app.content.rejected);
      if (app.places?.shade?.on)
        this.section(
          t(`shade.${app.places.shade.measure}`),
          this.shadeRows(app.places.shade),
          this.shadeNote(app.places.shade)
        );
      if (app.places) this.section(t("legend.places"), this.placeRows());
      this.section(
        t("legend.context"),
        app.scene.context.map((lines) => this.row(lines.swatch(), t(lines.words)))
      );
      const notes = ["legend.signs_note", app.content.public ? "legend.note_public" : "legend.note"];
      this.panel.append(element("div", { class: "kh-legend-note" }, ...notes.map((note) => element("p", {}, t(note)))));
    }
    // What the register holds, what was taken off it and what remains: of the present, not of an earlier day.
    totals(totals) {
      if (!totals || this.app.time && this.app.time.day !== null) return;
      const rows = totals.rows.map(([what, area]) => this.row(element("span"), what, area));
      this.section(this.app.say.t("totals.title"), rows, totals.note);
    }
    section(title, rows, note) {
      if (!rows.length) return;
      const list = element("ul", { class: "kh-legend-list" }, ...rows.map((row) => element("li", {}, ...row)));
      this.panel.append(element("h2", {}, title), list);
      if (note) this.panel.append(element("p", { class: "kh-legend-small" }, note));
    }
    row(picture, label, amount) {
      return [
        picture,
        element("span", { class: "kh-legend-label" }, label),
        element("span", { class: "kh-amount" }, amount ?? "")
      ];
    }
    // A row for each word that occurs in a column, in their order, with what of it is drawn.
    rowsOf(records, name, pictureOf, counts) {
      const { groups } = records.facets.get(name), sums = records.tally(name, counts);
      const byWord = new Map(groups.map((group, i) => [group.path[0], sums[i]]));
      const [unsaid, unknown] = ["", "unknown"].map((word) => byWord.get(word));
      if (name === "contamination" && unsaid) {
        byWord.delete("");
        byWord.set("unknown", unknown ? both(unsaid, unknown) : unsaid);
      }
      return inOrder([...byWord.keys()], ORDERS[name]).map((word) => {
        const { all, drawn } = byWord.get(word);
        return this.row(
          pictureOf(word),
          this.app.word(name, word),
          this.app.amount(drawn, drawn.count < all.count ? all.count : null)
        );
      });
    }
    typeRows(hazards) {
      const { symbols } = this.app.scene, { codes, groups } = hazards.facets.get("status");
      const hazardous = groups.map(({ path: path2 }) => !CLOSED.has(path2[0]));
      return this.rowsOf(
        hazards,
        "hazard_type",
        (type) => this.picture(symbols.hazard(type, "open", symbols.rankClasses[0])),
        (row) => hazardous[codes[row]]
      );
    }
    // One round sign for several areas, in the colour of the gravest of them.
    groupRows(hazards) {
      const { app } = this, { symbols } = app.scene;
      if (app.content.public || hazards.count < 2) return [];
      const types = inOrder(
        hazards.facets.get("hazard_type").groups.map(({ path: path2 }) => path2[0]),
        ORDERS.hazard_type
      ).slice(0, 2);
      const pictures = types.map(
        (type, i) => symbols.swatch({ group: symbols.hazard(type, "open", symbols.rankClasses[0]), count: i + 2 }, true)
      );
      return [this.row(element("span", { class: "kh-pictures" }, ...pictures), app.say.t("legend.cluster"))];
    }
    // What stands inside of signs; what no record has is left out.
    contaminationRows(hazards) {
      const { symbols } = this.app.scene, white = { colour: "#ffffff", opacity: 1, pattern: "solid" };
      const { codes, groups } = hazards.facets.get("status");
      const hazardous = groups.map(({ path: path2 }) => !CLOSED.has(path2[0]));
      return this.rowsOf(
        hazards,
        "contamination",
        (word) => symbols.swatch({ ...symbols.hazard("CHA", "open", "", word), fill: white }, true),
        (row) => hazardous[codes[row]]
      );
    }
    // The darker the more urgent; what is closed has no rank.
    rankRows(hazards) {
      const { symbols } = this.app.scene;
      return this.rowsOf(
        hazards,
        "rank_class",
        (rank) => this.picture(symbols.hazard("CHA", "open", rank)),
        (row) => hazards.value(row, "rank") !== null
      ).filter((_, i) => i < symbols.rankClasses.length);
    }
    statusRows(hazards) {
      const { symbols } = this.app.scene;
      const sign2 = { colour: "#ffffff", opacity: 1, pattern: "solid" };
      return this.rowsOf(hazards, "status", (status) => {
        const symbol = symbols.hazard("", status), outline2 = symbols.swatch({ ...symbol, fill: null });
        if (!symbol.worked) return outline2;
        return element("span", { class: "kh-pictures" }, outline2, symbols.swatch({ ...symbol, fill: sign2 }, true));
      });
    }
    productRows(releases) {
      const { app } = this, { symbols } = app.scene;
      const rows = this.rowsOf(
        releases,
        "product",
        (product) => this.picture(symbols.released(product)),
        (row) => !releases.later[row]
      );
      const later = releases.rowsWhere((row) => releases.later[row] && releases.shown[row] && releases.hasShape(row));
      if (later.length && releases.knownDay)
        rows.push(this.row(element("span"), app.say.t("legend.later_known"), app.amount(releases.sum(later))));
      else if (later.length)
        rows.push(
          this.row(this.picture(symbols.notYetReleased()), app.say.t("legend.later"), app.amount(releases.sum(later)))
        );
      return rows;
    }
    // Evidence by whether it is direct, the others as they are; and how many of each lie nowhere that is known.
    pointRows(points) {
      const { t, number } = this.app.say, looks = /* @__PURE__ */ new Map();
      let undrawn = 0;
      for (let row = 0; row < points.count; row++) {
        if (!points.hasShape(row)) undrawn += 1;
        else if (points.isDrawn(row)) looks.set(points.look(row), (looks.get(points.look(row)) ?? 0) + 1);
      }
      const rows = inOrder([...looks.keys()], ORDERS.directness).map((look) => {
        const picture = this.app.scene.symbols.swatch({ point: points.kind, look }), name = t(`points.${points.kind}`);
        const told = points.kind === "evidence" ? `${name}: ${this.app.word("directness", look)}` : name;
        return this.row(picture, told, number(looks.get(look)));
      });
      if (undrawn)
        rows.push(this.row(element("span"), t("points.undrawn", { name: t(`points.${points.kind}`) }), number(undrawn)));
      return rows;
    }
    marginRow(hazards) {
      const { t, number } = this.app.say, wide = hazards.rowsWhere((row) => hazards.isDrawn(row) && hazards.value(row, "margin_m") > 0).length;
      this.section(t("field.margin_m"), [
        this.row(this.app.scene.symbols.swatch({ margin: true }), t("legend.margin"), number(wide))
      ]);
    }
    undrawn(records) {
      const { t, number } = this.app.say, count = records.rowsWhere((row) => !records.hasShape(row)).length;
      return count ? t("head.undrawn", { n: number(count) }) : null;
    }
    // Records that could not be taken over: how many there are, why, and how many of them are on the map.
    rejected({ drawn, undrawn, reasons, releases }) {
      const { t, number } = this.app.say, empty = () => element("span");
      const rows = [];
      if (drawn) {
        const picture = this.app.content.public ? empty() : this.app.scene.symbols.swatch({ rejected: true });
        rows.push(this.row(picture, t(this.app.content.public ? "rejected.cells" : "rejected.extent"), number(drawn)));
      }
      if (undrawn) rows.push(this.row(empty(), t("rejected.undrawn"), number(undrawn)));
      if (releases) rows.push(this.row(empty(), t("rejected.releases"), number(releases)));
      this.section(t("legend.rejected"), rows);
      const why = reasons.map(([reason, count]) => element("li", {}, `${number(count)} × ${reason}`));
      if (why.length) this.panel.append(element("ul", { class: "kh-legend-small kh-reasons" }, ...why));
    }
    // An area as it is drawn, and the sign that stands for it where it is too small to be seen.
    picture(symbol) {
      const { symbols } = this.app.scene;
      return element("span", { class: "kh-pictures" }, symbols.swatch(symbol), symbols.swatch(symbol, true));
    }
    shadeRows(shade) {
      const { app } = this, { t } = app.say;
      const told = this.limitTold(shade);
      const box = (colour, hatched) => {
        const symbol = {
          fill: { colour: colour ?? "#fbfaf6", opacity: 1, pattern: "solid" },
          outline: { colour: "#8a9096", pattern: "continuous" },
          thin: true
        };
        if (hatched) symbol.fill = { colour: "#b0b4b8", opacity: 0.35, pattern: "hatched" };
        return app.scene.symbols.swatch(symbol);
      };
      const rows = shade.limits.map((limit, i) => {
        const low = i ? shade.limits[i - 1] : null;
        const label = low === null ? limit > 0 ? t("shade.up_to", { high: told(limit) }) : told(0) : t("shade.between", { low: told(low), high: told(limit) });
        return this.row(box(shadeColour(i, shade.limits.length)), label);
      });
      const classes = shade.places.map((place) => place.class);
      if (classes.includes(-1)) rows.push(this.row(box(null, true), t("unknown")));
      if (classes.includes(-2)) rows.push(this.row(box(null), t("shade.none")));
      return rows;
    }
    shadeNote({ unplaced }) {
      const { t, number } = this.app.say;
      return [t("shade.note"), unplaced ? t("shade.unplaced", { n: number(unplaced) }) : ""].join(" ").trim();
    }
    // All limits in one unit, and never two that read the same.
    limitTold({ measure, limits }) {
      const { number } = this.app.say;
      if (measure === "count") return (value) => number(value);
      if (measure === "progress") return (value) => `${number(100 * value, 1)} %`;
      const km2 = (value) => `${number(value / 1e6, 2)} km²`;
      const clear = limits.at(-1) >= 1e6 && limits[0] >= 1e4 && new Set(limits.map(km2)).size === limits.length;
      return clear ? km2 : (value) => `${number(value)} m²`;
    }
    placeRows() {
      const { app } = this;
      return app.places.levels.map((level, rank) => {
        const picture = element("canvas", { width: 60, height: 40, class: "kh-swatch", "aria-hidden": "true" }), pen = picture.getContext("2d");
        pen.strokeStyle = rank ? "#5a5a5a" : "rgba(90,90,90,0.55)";
        pen.lineWidth = rank ? 3.6 : 2;
        pen.strokeRect(-4, 20, 80, 60);
        return this.row(picture, app.levelWord(level.level, `border.${level.level}`));
      });
    }
  };
  function both(one, other) {
    const sum = (name) => ({
      count: one[name].count + other[name].count,
      area: one[name].area + other[name].area,
      unknown: one[name].unknown + other[name].unknown
    });
    return { all: sum("all"), drawn: sum("drawn") };
  }

  // src/order.js
  var SIZES = 640;
  function drawingOrder(records) {
    const { box } = records.shapes, rank = { "": 0, SHA: 1, CHA: 2, cancelled: 0, reduced: 1, cleared: 2 };
    const { codes, groups } = records.facets.get(records.kind === "hazards" ? "hazard_type" : "product");
    const ranks = groups.map(({ path: path2 }) => own(rank, path2[0]) ?? 0);
    const places = new Int32Array(records.count), starts = new Uint32Array(3 * SIZES + 1);
    for (let row = 0, at = 0; row < records.count; row++, at += 4) {
      if (!records.hasShape(row)) {
        places[row] = -1;
        continue;
      }
      const octaves = -Math.log2(Math.max((box[at + 2] - box[at]) * (box[at + 3] - box[at + 1]), 1e-24));
      places[row] = ranks[codes[row]] * SIZES + Math.max(0, Math.min(SIZES - 1, Math.floor(8 * octaves)));
      starts[places[row] + 1] += 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    const order = new Uint32Array(starts[3 * SIZES]);
    for (let row = 0; row < records.count; row++) if (places[row] >= 0) order[starts[places[row]]++] = row;
    return order;
  }

  // src/points.js
  var MOST_SIGNS2 = 2500;
  var HALF_PX = 8;
  var COLOURS = { evidence: "#1d4f9e", accidents: "#111111", items: "#00606e" };
  var Points = class {
    constructor(kind, { owner, lon, lat }, columns) {
      this.kind = kind;
      this.isPoints = true;
      this.columns = new Map(columns.map((column) => [column.name, column]));
      this.key = columns[0].name;
      this.count = (columns[0].cells ?? columns[0].codes).length;
      this.later = new Uint8Array(this.count);
      this.on = true;
      this.day = null;
      this.owner = owner;
      this.lon = lon;
      this.lat = lat;
      this.wx = Float64Array.from(lon, (step) => worldX(step / STEPS));
      this.wy = Float64Array.from(lat, (step) => worldY(step / STEPS));
      this.first = new Int32Array(this.count).fill(-1);
      for (let p = owner.length - 1; p >= 0; p--) this.first[owner[p]] = p;
    }
    value(row, name) {
      const column = this.columns.get(name);
      if (!column) return null;
      if (column.cells) return column.cells[row];
      return column.codes[row] < 0 ? null : column.values[column.codes[row]];
    }
    placesTwice() {
      return /* @__PURE__ */ new Set();
    }
    refresh() {
      this.later.fill(0);
      if (this.day === null) return;
      for (let row = 0; row < this.count; row++) {
        const day = this.value(row, "date");
        if (day !== null && day > this.day) this.later[row] = 1;
      }
    }
    isDrawn(row) {
      return this.on && !this.later[row];
    }
    hasShape(row) {
      return this.first[row] >= 0;
    }
    // What a sign looks like depends on this word.
    look(row) {
      return this.kind === "evidence" ? this.value(row, "directness") ?? "" : "";
    }
    hiddenCount() {
      let hidden = 0;
      for (let row = 0; row < this.count; row++) if (!this.isDrawn(row)) hidden += 1;
      return hidden;
    }
    places(row) {
      const found = [];
      for (let p = this.first[row]; p >= 0 && this.owner[p] === row; p++) found.push(p);
      return found;
    }
    latLngs(row) {
      return this.places(row).map((p) => [[this.lat[p] / STEPS, this.lon[p] / STEPS]]);
    }
    bounds(row) {
      return L.latLngBounds(this.latLngs(row).flat());
    }
    top(row) {
      return L.latLng(this.latLngs(row)[0][0]);
    }
    inView({ world, x, y, bounds }) {
      const { min, max } = bounds, found = [];
      for (let p = 0; p < this.wx.length; p++) {
        const left = this.wx[p] * world - x, top = this.wy[p] * world - y;
        if (left < min.x - HALF_PX || left > max.x + HALF_PX || top < min.y - HALF_PX || top > max.y + HALF_PX) continue;
        if (this.isDrawn(this.owner[p])) found.push([left, top, this.owner[p]]);
      }
      return found;
    }
    draw(context, view) {
      const found = this.inView(view);
      context.save();
      if (found.length > MOST_SIGNS2) {
        context.fillStyle = COLOURS[this.kind];
        for (const [x, y] of found) context.fillRect(x - 1.5, y - 1.5, 3, 3);
      } else for (const [x, y, row] of found) pointSign(context, this.kind, this.look(row), x, y);
      context.restore();
    }
    rowsAt(x, y, world, reach) {
      const margin = (reach + HALF_PX) / world, found = /* @__PURE__ */ new Set();
      for (let p = 0; p < this.wx.length; p++)
        if (Math.hypot(this.wx[p] - x, this.wy[p] - y) <= margin && this.isDrawn(this.owner[p])) found.add(this.owner[p]);
      return [...found].map((row) => ({ records: this, row }));
    }
  };
  function pointSign(context, kind, look, x, y) {
    context.setLineDash([]);
    context.lineJoin = "round";
    context.beginPath();
    OUTLINES[kind](context, x, y);
    context.strokeStyle = "#ffffff";
    context.lineWidth = 4.5;
    context.stroke();
    const colour = COLOURS[kind], filled = kind === "accidents" || kind === "evidence" && look === "direct";
    context.fillStyle = filled ? colour : "#ffffff";
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.stroke();
    if (kind === "evidence") {
      context.fillStyle = filled ? "#ffffff" : colour;
      context.font = "bold 10px sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText("!", x, y - 1);
    }
    if (kind === "items") {
      context.beginPath();
      for (const way of [-1, 1]) {
        context.moveTo(x - 3, y - 3 * way);
        context.lineTo(x + 3, y + 3 * way);
      }
      context.stroke();
    }
  }
  var OUTLINES = {
    evidence: (context, x, y) => path(
      context,
      [
        [-6, -7],
        [6, -7],
        [6, 2],
        [0, 8],
        [-6, 2]
      ],
      x,
      y
    ),
    accidents: (context, x, y) => path(
      context,
      Array.from({ length: 16 }, (_, i) => {
        const angle = i * Math.PI / 8, radius = i % 2 ? 3.5 : 8.5;
        return [radius * Math.sin(angle), -radius * Math.cos(angle)];
      }),
      x,
      y
    ),
    items: (context, x, y) => context.arc(x, y, 6, 0, 2 * Math.PI)
  };
  function path(context, corners, x, y) {
    corners.forEach(([a, b], i) => {
      context[i ? "lineTo" : "moveTo"](x + a, y + b);
    });
    context.closePath();
  }

  // src/popup.js
  var LEFT_OUT = /* @__PURE__ */ new Set(["name", "rank_class", "there_from", "there_until", "there_again"]);
  var FIRST = [
    "reason",
    "row",
    "record_id",
    "hazard_id",
    "release_id",
    "cell_id",
    "rank",
    "ties",
    "score",
    "in_top",
    "unknown_criteria",
    "evidence_id",
    "accident_id",
    "item_id",
    "directness",
    "kind",
    "date",
    "device_category",
    "device_model",
    "quantity",
    "depth_cm",
    "condition",
    "killed",
    "injured",
    "hazard_type",
    "product",
    "status",
    "completed",
    "area_m2"
  ];
  var AREAS_M2 = /_m2$/;
  var LENGTHS = { depth_cm: "… cm", accuracy_m: "± … m", margin_m: "… m" };
  var Popups = class {
    constructor(app) {
      this.app = app;
      this.popup = L.popup({
        maxWidth: 340,
        minWidth: 220,
        autoPanPaddingTopLeft: [10, 10],
        autoPanPaddingBottomRight: [64, 10],
        className: "kh-popup"
      });
      app.map.on("click", (event) => this.onClick(event));
      app.map.on("mousemove", (event) => this.onMove(event));
      app.map.on("mouseout", () => this.leave());
      app.map.on("popupclose", (event) => event.popup === this.popup && app.mark(null));
      app.root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
      this.tip = L.tooltip({ direction: "top", offset: [0, -8], className: "kh-tip" });
    }
    onClick({ latlng, originalEvent }) {
      if (this.app.measure.active || originalEvent?.target?.closest?.(".leaflet-interactive, .leaflet-control")) return;
      const found = this.app.canvas.rowsAt(latlng, L.Browser.mobile ? 18 : 8);
      const group = this.app.clusters.at(latlng), above = found.filter(({ records }) => records.kind === "rejected" || records.isPoints);
      if (group && !above.length) this.app.clusters.open(group);
      else if (found.length) this.open(group ? above : found, 0, latlng);
    }
    onMove({ latlng, originalEvent }) {
      if (this.waiting || this.app.measure.active || originalEvent?.pointerType === "touch") return;
      this.waiting = requestAnimationFrame(() => {
        this.waiting = null;
        const [first] = this.app.canvas.rowsAt(latlng, 4), sign2 = first && (first.records.kind === "rejected" || first.records.isPoints);
        const group = sign2 ? null : this.app.clusters.at(latlng);
        const target = this.app.map.getContainer();
        target.classList.toggle("kh-over", Boolean(first ?? group));
        if (!first && !group) return this.leave();
        const told = group ? this.app.clusters.label(group) : this.app.titleOf(first.records, first.row);
        this.tip.setLatLng(latlng).setContent(element("span", {}, told));
        if (!this.app.map.hasLayer(this.tip)) this.tip.addTo(this.app.map);
      });
    }
    leave() {
      this.tip.remove();
    }
    open(found, index, latlng) {
      const { records, row } = found[index];
      this.leave();
      this.popup.options.maxWidth = Math.max(220, Math.min(340, this.app.map.getSize().x - 112));
      this.app.mark(found[index]);
      this.popup.setLatLng(latlng).setContent(this.content(found, index, latlng)).openOn(this.app.map);
      this.popup.getElement()?.querySelector(".leaflet-popup-content").setAttribute("tabindex", "0");
      const close = this.popup.getElement()?.querySelector(".leaflet-popup-close-button");
      close?.setAttribute("aria-label", this.app.say.t("popup.close"));
      this.current = { records, row };
    }
    content(found, index, latlng) {
      const { app } = this, { t } = app.say, { records, row } = found[index];
      const symbol = app.scene.symbols.of(records, row), swatches = [app.scene.symbols.swatch(symbol), ...symbol.glyph ? [app.scene.symbols.swatch(symbol, true)] : []];
      const title = element(
        "h2",
        { class: "kh-popup-title", tabindex: "-1" },
        ...swatches,
        element("span", {}, app.titleOf(records, row))
      );
      const names = [...records.columns.keys()].filter((name) => !LEFT_OUT.has(name));
      const first = FIRST.filter((name) => names.includes(name)), others = names.filter((name) => !first.includes(name));
      const table = (some) => element("table", {}, ...some.map((name) => this.line(records, row, name)));
      const box = element(
        "div",
        { class: "kh-popup-body", role: "group", "aria-label": app.titleOf(records, row) },
        title,
        table(first)
      );
      if (records.kind === "releases" && records.later[row])
        box.append(element("p", { class: "kh-popup-note" }, t("legend.later")));
      if (records.kind === "rejected") box.append(element("p", { class: "kh-popup-note" }, t("rejected.extent")));
      if (others.length)
        box.append(
          element(
            "details",
            { class: "kh-more", open: !isNarrow() },
            element("summary", {}, t("areas.more")),
            table(others)
          )
        );
      if (found.length > 1) box.append(this.turner(found, index, latlng));
      return box;
    }
    line(records, row, name) {
      const head = element("th", { scope: "row" }, this.app.label(name));
      return element("tr", {}, head, element("td", {}, this.told(records, row, name)));
    }
    turner(found, index, latlng) {
      const { t } = this.app.say;
      const go = (step) => (event) => {
        event.stopPropagation();
        this.open(found, (index + step + found.length) % found.length, latlng);
        this.popup.getElement().querySelector(step < 0 ? ".kh-previous" : ".kh-next").focus();
      };
      return element(
        "div",
        { class: "kh-turner" },
        element(
          "button",
          { type: "button", class: "kh-previous", "aria-label": t("popup.previous"), onclick: go(-1) },
          "‹"
        ),
        element("span", {}, t("popup.of", { n: index + 1, all: found.length })),
        element("button", { type: "button", class: "kh-next", "aria-label": t("popup.next"), onclick: go(1) }, "›")
      );
    }
    told(records, row, name) {
      const { app } = this, { t, number, squareMetres, day } = app.say;
      const value = records.value(row, name), kind = records.columns.get(name).kind;
      if (value === null || value === "") return t("unknown");
      if (name === "progress") return `${number(100 * value, 1)} %`;
      if (name === "in_top") return `${number(100 * value)} %`;
      if (AREAS_M2.test(name)) return squareMetres(value);
      if (LENGTHS[name]) return LENGTHS[name].replace("…", number(value, Number.isInteger(value) ? 0 : 1));
      if (kind === "date") return day(value);
      if (kind === "number") return number(value, Number.isInteger(value) ? 0 : 2);
      return app.word(name, value);
    }
    close() {
      if (!this.app.map.hasLayer(this.popup)) return;
      this.popup.close();
      if (this.cameFrom?.isConnected) this.cameFrom.focus();
      this.cameFrom = null;
    }
    focus() {
      this.popup.getElement()?.querySelector(".kh-popup-title")?.focus();
    }
  };

  // src/rejected.js
  var COLOUR = "#7a0177";
  var COLUMNS = ["record_id", "row", "reason"];
  var HALF_PX2 = 10;
  var Rejected = class {
    constructor(items) {
      this.kind = "rejected";
      this.items = items.map((item) => ({
        ...item,
        lines: item.lines.map((line) => line.map(inWorld)),
        signs: item.signs.map(inWorld)
      }));
      this.count = items.length;
      this.key = "record_id";
      this.columns = new Map(COLUMNS.map((name) => [name, { name, kind: name === "row" ? "number" : "text" }]));
      this.later = new Uint8Array(this.count);
      this.source = items;
    }
    value(row, name) {
      return this.source[row][name] ?? null;
    }
    // Nothing hides them: no layer, no date.
    isDrawn() {
      return true;
    }
    hasShape(row) {
      return this.items[row].signs.length > 0;
    }
    latLngs(row) {
      const { lines, signs } = this.source[row];
      return [...lines, ...lines.length ? [] : signs.map((sign2) => [sign2])].map(
        (line) => line.map(([lon, lat]) => [lat, lon])
      );
    }
    bounds(row) {
      return L.latLngBounds(this.latLngs(row).flat());
    }
    top(row) {
      const [lon, lat] = this.source[row].signs[0];
      return L.latLng(lat, lon);
    }
    // Places of the signs in pixels, of those that are in view.
    signsInView({ world, x, y, bounds }) {
      const { min, max } = bounds, found = [];
      for (const { signs } of this.items)
        for (const [wx, wy] of signs) {
          const at = [wx * world - x, wy * world - y];
          if (at[0] > min.x - HALF_PX2 && at[0] < max.x + HALF_PX2 && at[1] > min.y - HALF_PX2 && at[1] < max.y + HALF_PX2)
            found.push(at);
        }
      return found;
    }
    boxes(view) {
      return this.signsInView(view).map(([x, y]) => [x - HALF_PX2, y - HALF_PX2, x + HALF_PX2, y + HALF_PX2]);
    }
    draw(context, view) {
      context.save();
      context.lineJoin = "round";
      for (const { lines, area } of this.items) for (const line of lines) outline(context, line, area, view);
      for (const [x, y] of this.signsInView(view)) sign(context, x, y);
      context.restore();
    }
    // Those whose sign or line is within a finger's reach, in pixels, of a place in world units.
    rowsAt(x, y, world, reach) {
      const margin = (reach + HALF_PX2) / world, near2 = ([a, b]) => Math.hypot(a - x, b - y) <= margin;
      const found = [];
      this.items.forEach(({ signs, lines, area }, row) => {
        const close = (line) => line.some((p, i) => i && distance(x, y, line[i - 1], p) <= reach / world);
        if (signs.some(near2) || lines.some((line) => close(line) || area && inside2(x, y, line)))
          found.push({ records: this, row });
      });
      return found;
    }
  };
  function inWorld([lon, lat]) {
    return [worldX(lon), worldY(lat)];
  }
  function outline(context, line, area, { world, x, y }) {
    context.beginPath();
    for (const [i, [wx, wy]] of line.entries()) context[i ? "lineTo" : "moveTo"](wx * world - x, wy * world - y);
    if (area) {
      context.fillStyle = "rgba(122,1,119,0.18)";
      context.fill("nonzero");
    }
    context.setLineDash([]);
    context.strokeStyle = "rgba(255,255,255,0.9)";
    context.lineWidth = 5;
    context.stroke();
    context.setLineDash([6, 4]);
    context.strokeStyle = COLOUR;
    context.lineWidth = 2.5;
    context.stroke();
  }
  function sign(context, x, y) {
    context.setLineDash([]);
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(x, y - 9);
    context.lineTo(x + 10, y + 8);
    context.lineTo(x - 10, y + 8);
    context.closePath();
    context.strokeStyle = "#ffffff";
    context.lineWidth = 4.5;
    context.stroke();
    context.fillStyle = "#ffffff";
    context.fill();
    context.strokeStyle = COLOUR;
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = COLOUR;
    context.font = "bold 12px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText("?", x, y + 2.5);
  }
  function distance(x, y, [ax, ay], [bx, by]) {
    const long = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = long ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)) : 0;
    return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
  }
  function inside2(x, y, line) {
    let winding = 0;
    for (let p = 0, q = line.length - 1; p < line.length; q = p++) {
      const [px, py] = line[p], [qx, qy] = line[q];
      if (qy <= y === py <= y) continue;
      const cross = (px - qx) * (y - qy) - (x - qx) * (py - qy);
      if (py > qy ? cross > 0 : cross < 0) winding += py > qy ? 1 : -1;
    }
    return winding !== 0;
  }

  // src/relief.js
  async function readRelief({ data, box: [west, south, east, north], whole }) {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    return new Relief(picture, [worldX(west), worldY(north), worldX(east), worldY(south)], whole);
  }
  var Relief = class {
    constructor(picture, box, whole) {
      this.words = whole ? "context.relief" : "context.relief_part";
      this.kind = "relief";
      this.on = true;
      this.picture = picture;
      this.box = box;
    }
    draw(pen, { world, x, y }) {
      if (!this.on) return;
      const [west, north, east, south] = this.box;
      pen.imageSmoothingEnabled = true;
      pen.drawImage(this.picture, west * world - x, north * world - y, (east - west) * world, (south - north) * world);
    }
    swatch() {
      const picture = element("canvas", { width: 60, height: 40, class: "kh-swatch", "aria-hidden": "true" }), pen = picture.getContext("2d");
      pen.scale(2, 2);
      for (const [west, top, east] of [
        [1, 10, 17],
        [13, 21, 29]
      ])
        for (const [foot, dark2] of [
          [west, 0.1],
          [east, 0.34]
        ]) {
          pen.fillStyle = `rgba(0,0,0,${dark2})`;
          pen.beginPath();
          pen.moveTo(top, 4);
          pen.lineTo(foot, 17);
          pen.lineTo(top, 17);
          pen.fill();
        }
      return picture;
    }
  };

  // src/glyphs.js
  var HALF_PX3 = 4.1;
  var WIDTH_PX = 1.5;
  function glyphOf(glyphs, word, known) {
    if (!known) return null;
    return own(glyphs, word) ?? glyphs[""];
  }
  function drawGlyph(context, parts, x, y, ink, scale = 1) {
    const half = HALF_PX3 * scale;
    context.save();
    context.translate(x, y);
    context.setLineDash([]);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.fillStyle = context.strokeStyle = ink;
    context.lineWidth = WIDTH_PX * scale;
    for (const [kind, numbers] of parts) {
      context.beginPath();
      if (kind === "o") context.arc(numbers[0] * half, numbers[1] * half, numbers[2] * half, 0, 2 * Math.PI);
      else
        for (let i = 0; i < numbers.length; i += 2)
          context[i ? "lineTo" : "moveTo"](numbers[i] * half, numbers[i + 1] * half);
      if (kind === "l") context.stroke();
      else context.fill();
    }
    context.restore();
  }

  // src/symbols.js
  var EDGE = "#3a2a12";
  var INK2 = "#1a0d00";
  var PLAIN_PX = 4.5;
  var ROOMY_PX = 7;
  var RANKS = ["#08306b", "#2a6fad", "#5fa3d0", "#a9cde4"];
  var DASHES = { continuous: [], broken: [9, 5], dotted: [2, 3] };
  var Symbols = class {
    constructor(marks, rankClasses = []) {
      this.marks = marks;
      this.rankClasses = rankClasses;
      this.onTiles = false;
      this.patterns = /* @__PURE__ */ new Map();
      this.known = /* @__PURE__ */ new Map();
      this.colours = /* @__PURE__ */ new Map();
    }
    of(records, row) {
      if (records.kind === "rejected") return { rejected: true };
      if (records.isPoints) return { point: records.kind, look: records.look(row) };
      if (records.later[row] && records.kind === "releases") return this.notYetReleased();
      const first = records.value(row, records.kind === "releases" ? "product" : "hazard_type") ?? "";
      if (records.kind === "releases") return this.released(first);
      const rank = records.value(row, "rank_class") ?? "", contamination = records.knowsContamination ? records.value(row, "contamination") ?? "" : null;
      return this.hazard(first, records.value(row, "status") ?? "", rank, contamination);
    }
    // The same for all of one type and status or of one product, remembered: a country is drawn with every move.
    cached(records, row) {
      if (records.later[row]) return this.of(records, row);
      records.symbolCodes ??= (records.kind === "releases" ? ["product"] : ["hazard_type", "status", "rank_class", "contamination"]).filter((name) => records.facets.has(name)).map((name) => records.facets.get(name).codes);
      const [first, ...others] = records.symbolCodes, key = others.reduce((sum, codes) => sum * 4096 + codes[row], first[row]);
      records.symbols ??= /* @__PURE__ */ new Map();
      if (!records.symbols.has(key)) records.symbols.set(key, this.of(records, row));
      return records.symbols.get(key);
    }
    // Without a contamination, the sign of a register that knows none.
    hazard(type, status, rankClass = "", contamination = null) {
      const { type: types, status: states } = this.marks;
      const fill2 = own(types, type) ?? types[""], rank = this.rankClasses.indexOf(rankClass);
      return this.once(`hazard ${type} ${status} ${rankClass} ${contamination === null ? "" : `/${contamination}`}`, {
        fill: rank < 0 ? fill2 : { ...fill2, colour: RANKS[Math.min(rank, RANKS.length - 1)], opacity: 0.85 },
        outline: own(states, status) ?? states[""],
        dot: type === "CHA" ? "circle" : "diamond",
        glyph: glyphOf(this.marks.contamination, contamination, contamination !== null),
        // The standard's outline for it is as orange as suspected ground: dark edges and a white core set it apart.
        worked: status === "worked on"
      });
    }
    released(product) {
      const { product: products } = this.marks;
      const outline2 = { colour: "#404040", opacity: 1, pattern: "dotted" };
      return this.once(`release ${product}`, {
        fill: own(products, product) ?? products[""],
        outline: outline2,
        dot: "square",
        thin: true
      });
    }
    // Ground that was released after the date looked at was hazardous then: it must not look free.
    notYetReleased() {
      return this.once("later", { fill: this.marks.type[""], outline: this.marks.status.open, dot: "square" });
    }
    once(key, symbol) {
      if (!this.known.has(key)) this.known.set(key, symbol);
      return this.known.get(key);
    }
    plain(mark, opacity = mark.opacity) {
      const key = `${mark.colour} ${opacity}`;
      if (!this.colours.has(key)) this.colours.set(key, `rgba(${channels(mark.colour).join(",")},${opacity})`);
      return this.colours.get(key);
    }
    // Colour as a canvas keeps it: red, green, blue, opacity in the order of bytes.
    pixel(mark, opacity) {
      const bytes = Uint8Array.from([...channels(mark.colour), Math.round(255 * opacity)]);
      return new Uint32Array(bytes.buffer)[0];
    }
    fillStyle(context, mark) {
      if (mark.pattern === "solid") return this.plain(mark);
      const key = mark.colour + mark.pattern + mark.opacity;
      if (!this.patterns.has(key)) this.patterns.set(key, context.createPattern(this.tile(mark), "repeat"));
      return this.patterns.get(key);
    }
    tile(mark) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 8;
      const pen = tile.getContext("2d");
      pen.fillStyle = this.plain(mark);
      pen.fillRect(0, 0, 8, 8);
      pen.strokeStyle = darker(mark.colour);
      pen.lineWidth = 1.6;
      pen.beginPath();
      if (mark.pattern === "horizontal") {
        pen.moveTo(0, 4);
        pen.lineTo(8, 4);
      } else {
        for (const shift of [-8, 0, 8]) {
          pen.moveTo(shift - 1, 9);
          pen.lineTo(shift + 9, -1);
        }
      }
      pen.stroke();
      return tile;
    }
    // On tiles, dark or light, colours and outlines are to look as in the legend: white under what shows of them.
    underlay(context, symbol, rule = "nonzero") {
      context.fillStyle = "rgba(255,255,255,0.6)";
      context.fill(rule);
      context.setLineDash([]);
      context.strokeStyle = "rgba(255,255,255,0.85)";
      context.lineWidth = symbol.thin ? 2.5 : 4;
      context.stroke();
    }
    stroke(context, symbol, size = Number.POSITIVE_INFINITY, times = 1) {
      const width = times * (symbol.thin ? 1 : size < 14 ? 1.25 : 2);
      context.setLineDash(size < 14 ? [] : DASHES[symbol.outline.pattern] ?? []);
      if (symbol.worked) {
        context.strokeStyle = EDGE;
        context.lineWidth = width + 2.5;
        context.stroke();
      }
      context.strokeStyle = symbol.outline.colour;
      context.lineWidth = symbol.worked ? width + 0.5 : width;
      context.stroke();
    }
    // A sign for what is too small to be seen at this zoom; it covers the box of the area.
    dot(context, symbol, x, y, width, height) {
      context.beginPath();
      SIGNS[symbol.dot](context, x, y, width, height, symbol.glyph ? ROOMY_PX : PLAIN_PX);
      if (!symbol.thin) {
        if (this.onTiles) this.underlay(context, symbol);
        context.fillStyle = this.plain(symbol.fill, 0.85);
        context.fill();
      }
      if (symbol.dot === "square") strike(context, symbol.fill.pattern, x, y, Math.max(3, width / 2, height / 2));
      context.strokeStyle = symbol.thin ? darker(symbol.fill.colour) : EDGE;
      context.lineWidth = symbol.thin ? 1.25 : 1;
      context.setLineDash([]);
      context.stroke();
      if (symbol.worked) this.core(context, x, y, symbol.glyph ? ROOMY_PX - 2.2 : 2);
      if (symbol.glyph) drawGlyph(context, symbol.glyph, x, y, this.inkOn(symbol));
    }
    // Dark, but for the darkest of the ranks.
    inkOn({ fill: fill2, worked }) {
      const [red, green, blue] = channels(fill2.colour);
      return !worked && 0.299 * red + 0.587 * green + 0.114 * blue < 75 ? "#ffffff" : INK2;
    }
    // The band of the accuracy of a survey, in the path that is set.
    margin(context) {
      context.fillStyle = "rgba(200,60,0,0.16)";
      context.fill("nonzero");
      context.setLineDash([1.5, 3]);
      context.strokeStyle = "#8a2d00";
      context.lineWidth = 1.25;
      context.stroke();
      context.setLineDash([]);
    }
    core(context, x, y, radius) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = "#ffffff";
      context.fill();
      if (radius < 3) context.stroke();
    }
    // A picture for the legend and lists.
    swatch(symbol, dot = false) {
      const middle = dot ? 9.5 : 15;
      const canvas = element("canvas", {
        width: symbol.group ? 48 : dot ? 38 : 60,
        height: 40,
        class: `kh-swatch${dot ? " kh-sign" : ""}`,
        "aria-hidden": "true"
      });
      const context = canvas.getContext("2d");
      context.scale(2, 2);
      if (symbol.group) {
        canvas.classList.replace("kh-sign", "kh-group");
        clusterSign(context, symbol.group, 1, 12, 10, 0.85, { closed: false, text: String(symbol.count) });
        return canvas;
      }
      if (symbol.rejected) {
        sign(context, middle, 10);
        return canvas;
      }
      if (symbol.margin) {
        context.beginPath();
        context.rect(3, 3, 24, 14);
        this.margin(context);
        return canvas;
      }
      if (symbol.point) {
        pointSign(context, symbol.point, symbol.look, middle, 10);
        return canvas;
      }
      if (dot) {
        this.dot(context, symbol, middle, 10, 0, 0);
        return canvas;
      }
      context.beginPath();
      polygonPath(context, [
        [3, 4],
        [20, 2.5],
        [27, 9],
        [24, 17.5],
        [5, 16.5]
      ]);
      if (symbol.fill) {
        context.fillStyle = this.fillStyle(context, symbol.fill);
        context.fill();
      }
      this.stroke(context, symbol);
      return canvas;
    }
  };
  var SIGNS = {
    circle: (context, x, y, width, height, least) => context.arc(x, y, Math.max(least, Math.hypot(width, height) / 2), 0, 2 * Math.PI),
    diamond(context, x, y, width, height, least) {
      const half = Math.max(least + 1, (width + height) / 2);
      polygonPath(context, [
        [x, y - half],
        [x + half, y],
        [x, y + half],
        [x - half, y]
      ]);
    },
    square(context, x, y, width, height) {
      const half = Math.max(3, width / 2, height / 2);
      context.rect(x - half, y - half, 2 * half, 2 * half);
    }
  };
  function strike(context, pattern, x, y, half) {
    if (pattern === "solid") return;
    const rise = pattern === "horizontal" ? 0 : half;
    context.moveTo(x - half, y + rise);
    context.lineTo(x + half, y - rise);
  }
  function polygonPath(context, corners) {
    context.moveTo(...corners[0]);
    for (const [x, y] of corners.slice(1)) context.lineTo(x, y);
    context.closePath();
  }
  function channels(colour) {
    return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  }
  function darker(colour) {
    return `rgb(${channels(colour).map((part) => Math.round(part * 0.62)).join(",")})`;
  }

  // src/time.js
  var TimeSlider = class {
    constructor(app, time) {
      this.app = app;
      this.days = time.days;
      this.known = time.known;
      this.title = app.root.querySelector(".kh-subtitle");
      const { t } = app.say;
      this.input = element("input", {
        type: "range",
        min: 0,
        max: this.days.length,
        step: 1,
        value: this.days.length,
        "aria-label": t("time.label")
      });
      this.told = element("output", { class: "kh-time-told" });
      this.input.addEventListener("input", () => this.set(Number(this.input.value)));
      const box = element(
        "div",
        { class: "kh-time", role: "group", "aria-label": t("time.label") },
        element("span", { class: "kh-time-label" }, t("time.label")),
        this.input,
        this.told
      );
      app.root.querySelector(".kh-bar").prepend(box);
      this.tell();
    }
    // The last stop is the register as given, without any date.
    set(step) {
      if (!this.app.permalink) return;
      this.input.value = step;
      const day = step < this.days.length ? this.days[step] : null;
      for (const records of [...this.app.scene.layers, ...this.app.scene.points]) {
        records.day = day;
        records.knownDay = this.stateOf(day) !== null;
      }
      this.app.refresh();
      this.tell();
    }
    get day() {
      const step = Number(this.input.value);
      return step < this.days.length ? this.days[step] : null;
    }
    setDay(day) {
      const step = this.days.indexOf(day);
      this.set(step < 0 ? this.days.length : step);
    }
    // The newest known state of the register up to a day.
    stateOf(day) {
      return day === null ? null : this.known.findLast((known) => known <= day) ?? null;
    }
    // The title tells of the day looked at, and of which day the register is that is shown.
    tellInTitle() {
      const { app, day } = this, { say } = app, { t } = say;
      if (day === null) {
        this.title.textContent = app.content.subtitle;
        return;
      }
      const hazards = app.layer("hazards"), there = hazards.rowsWhere((row) => !hazards.later[row] && !CLOSED.has(hazards.value(row, "status")));
      const of = (type) => say.number(there.filter((row) => hazards.value(row, "hazard_type") === type).length);
      const { area, unknown } = hazards.sum(there), state = this.stateOf(day);
      const parts = [
        t("head.as_of", { date: say.day(day) }),
        say.counted("head.areas", there.length, { chas: of("CHA"), shas: of("SHA") }),
        area >= 1e6 ? `${say.number(area / 1e6, 2)} km²` : `${say.number(area)} m²`
      ];
      if (unknown) parts.push(t("head.area_unknown", { n: say.number(unknown) }));
      if (state === null) parts.push(t("time.register_unknown"));
      else if (state !== day && state !== this.known.at(-1)) parts.push(t("time.register_of", { date: say.day(state) }));
      if (app.content.always) parts.push(app.content.always);
      this.title.textContent = parts.join(" · ");
    }
    tell() {
      const { say } = this.app;
      const text = this.day === null ? say.t("time.now") : say.day(this.day);
      this.told.textContent = text;
      this.app.root.classList.toggle("kh-dated", this.day !== null);
      if (this.app.scene) this.tellInTitle();
      this.input.setAttribute("aria-valuetext", text);
    }
  };

  // src/grid.js
  function gridAt(grid, lat, lon) {
    const [west, south, east, north] = grid.box;
    if (!(lon >= west && lon <= east && lat >= south && lat <= north)) return null;
    const order = grid.sums[0].length;
    const across = chebyshev((2 * lon - west - east) / (east - west), order), up = chebyshev((2 * lat - south - north) / (north - south), order);
    return grid.sums.map(
      (rows) => rows.reduce((sum, row, i) => sum + across[i] * row.reduce((inner, factor, j) => inner + factor * up[j], 0), 0)
    );
  }
  function gridTold(grid, lat, lon) {
    const found = gridAt(grid, lat, lon);
    if (!found) return null;
    const numbers = found.map((value, i) => `${value.toFixed(0)} ${grid.letters[i]}`.trim());
    return [grid.label, ...numbers, grid.unit && `(${grid.unit})`].filter(Boolean).join(" ");
  }
  function chebyshev(x, count) {
    const values = [1, x];
    while (values.length < count) values.push(2 * x * values.at(-1) - values.at(-2));
    return values.slice(0, count);
  }

  // src/geodesy.js
  var WGS84 = { a: 6378137, f: 1 / 298.257223563 };
  var RADIANS = Math.PI / 180;
  function transverseMercator(lat, lon, grid) {
    const n = grid.f / (2 - grid.f);
    const radius = grid.a / (1 + n) * (1 + n ** 2 / 4 + n ** 4 / 64);
    const series = [
      n / 2 - 2 / 3 * n ** 2 + 5 / 16 * n ** 3,
      13 / 48 * n ** 2 - 3 / 5 * n ** 3,
      61 / 240 * n ** 3
    ];
    const sine = Math.sin(lat * RADIANS), k = 2 * Math.sqrt(n) / (1 + n), away = (lon - grid.lon0) * RADIANS;
    const conformal = Math.sinh(Math.atanh(sine) - k * Math.atanh(k * sine));
    const xi = Math.atan2(conformal, Math.cos(away)), eta = Math.atanh(Math.sin(away) / Math.hypot(1, conformal));
    let east = eta, north = xi;
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
      east: 5e5,
      north: lat < 0 ? 1e7 : 0
    });
    return { zone, east, north };
  }
  function mgrs(lat, lon) {
    const { zone, east, north } = utm(lat, lon) ?? {};
    if (!zone) return "";
    const band = "CDEFGHJKLMNPQRSTUVWX"[Math.min(19, Math.floor((lat + 80) / 8))];
    const column = ["STUVWXYZ", "ABCDEFGH", "JKLMNPQR"][zone % 3][Math.floor(east / 1e5) - 1];
    const row = "ABCDEFGHJKLMNPQRSTUV"[(Math.floor(north / 1e5) + (zone % 2 ? 0 : 5)) % 20];
    const digits = (value) => String(Math.floor(value % 1e5)).padStart(5, "0");
    return `${zone}${band} ${column}${row} ${digits(east)} ${digits(north)}`;
  }
  function coordinatesTold(lat, lon, grid = null) {
    const parts = [
      `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"} ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`
    ];
    const zone = utm(lat, lon), told = grid && gridTold(grid, lat, lon);
    if (told) parts.push(told);
    else if (zone) {
      const numbers = `${zone.east.toFixed(0)} E ${zone.north.toFixed(0)} N`;
      parts.push(`UTM ${zone.zone}${lat < 0 ? "S" : "N"} ${numbers}`);
    }
    if (zone) parts.push(`MGRS ${mgrs(lat, lon)}`);
    return parts;
  }
  function distance2(from, to) {
    const b = WGS84.a * (1 - WGS84.f), lonDifference = (to.lng - from.lng) * RADIANS;
    const u1 = Math.atan((1 - WGS84.f) * Math.tan(from.lat * RADIANS)), u2 = Math.atan((1 - WGS84.f) * Math.tan(to.lat * RADIANS));
    let lambda = lonDifference, before, sinSigma, cosSigma, sigma, cosSqAlpha, cos2m;
    for (let round = 0; round < 100; round++) {
      const cross = Math.cos(u2) * Math.sin(lambda);
      const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda);
      sinSigma = Math.hypot(cross, along);
      if (sinSigma === 0) return 0;
      cosSigma = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * Math.cos(lambda);
      sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = Math.cos(u1) * Math.cos(u2) * Math.sin(lambda) / sinSigma;
      cosSqAlpha = 1 - sinAlpha ** 2;
      cos2m = cosSqAlpha ? cosSigma - 2 * Math.sin(u1) * Math.sin(u2) / cosSqAlpha : 0;
      const c = WGS84.f / 16 * cosSqAlpha * (4 + WGS84.f * (4 - 3 * cosSqAlpha));
      before = lambda;
      lambda = lonDifference + (1 - c) * WGS84.f * sinAlpha * (sigma + c * sinSigma * (cos2m + c * cosSigma * (2 * cos2m ** 2 - 1)));
      if (Math.abs(lambda - before) < 1e-12) break;
    }
    const uSq = cosSqAlpha * (WGS84.a ** 2 - b ** 2) / b ** 2;
    const big = 1 + uSq / 16384 * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
    const small = uSq / 1024 * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
    const correction = small * sinSigma * (cos2m + small / 4 * (cosSigma * (2 * cos2m ** 2 - 1) - small / 6 * cos2m * (4 * sinSigma ** 2 - 3) * (4 * cos2m ** 2 - 3)));
    return b * big * (sigma - correction);
  }
  function ringArea(points) {
    if (points.length < 3) return 0;
    const e = Math.sqrt(WGS84.f * (2 - WGS84.f));
    const q = (lat) => {
      const sine = Math.sin(lat * RADIANS);
      return (1 - e * e) * (sine / (1 - (e * sine) ** 2) + Math.atanh(e * sine) / e);
    };
    const pole = q(90), radius = WGS84.a * Math.sqrt(pole / 2), beta = points.map((point) => Math.asin(q(point.lat) / pole));
    const lon0 = points.reduce((sum, point) => sum + point.lng, 0) / points.length;
    const beta0 = beta.reduce((sum, value) => sum + value, 0) / points.length;
    const plane = points.map((point, i) => {
      const away = (point.lng - lon0) * RADIANS, near2 = Math.cos(beta[i]) * Math.cos(away);
      const k = radius * Math.sqrt(2 / (1 + Math.sin(beta0) * Math.sin(beta[i]) + Math.cos(beta0) * near2));
      return [k * Math.cos(beta[i]) * Math.sin(away), k * (Math.cos(beta0) * Math.sin(beta[i]) - Math.sin(beta0) * near2)];
    });
    return Math.abs(
      plane.reduce(
        (sum, [x, y], i) => sum + x * plane[(i + 1) % plane.length][1] - y * plane[(i + 1) % plane.length][0],
        0
      )
    ) / 2;
  }

  // src/tools.js
  var Measure = class {
    constructor(app) {
      this.app = app;
      this.active = false;
      this.points = [];
      this.line = L.polyline([], { color: "#0b3d66", weight: 3, dashArray: "6 5", interactive: false });
      this.button = app.tool("measure", () => this.toggle());
      this.button.setAttribute("aria-pressed", "false");
      this.told = element("div", { class: "kh-measure", role: "status", hidden: true });
      app.root.querySelector(".kh-place-of-map").append(this.told);
      app.map.on("click", ({ latlng }) => this.active && this.add(latlng));
      app.map.getContainer().addEventListener("keydown", (event) => {
        if (!this.active) return;
        if (event.key === "Enter" && event.target === app.map.getContainer()) this.add(app.map.getCenter());
        if (event.key === "Escape") this.toggle();
      });
    }
    toggle() {
      this.active = !this.active;
      this.button.setAttribute("aria-pressed", String(this.active));
      this.app.map.getContainer().classList.toggle("kh-measuring", this.active);
      this.points = [];
      this.told.hidden = !this.active;
      if (this.active) this.line.addTo(this.app.map);
      else this.line.remove();
      this.tell();
    }
    add(latlng) {
      this.points.push(latlng);
      this.tell();
    }
    tell() {
      const { t, length, area } = this.app.say, { points } = this;
      this.line.setLatLngs(points.length > 2 ? [...points, points[0]] : points);
      const total = points.slice(1).reduce((sum, point, i) => sum + distance2(points[i], point), 0);
      const parts = [points.length < 2 ? t("measure.hint") : t("measure.length", { length: length(total) })];
      if (points.length > 2) parts.push(t("measure.area", { area: area(ringArea(points)) }));
      if (points.length) parts.push(coordinatesTold(points.at(-1).lat, points.at(-1).lng, this.app.content.grid)[1]);
      this.told.textContent = parts.join(" · ");
    }
  };
  var Coordinates = class {
    constructor(app) {
      this.app = app;
      this.box = app.root.querySelector(".kh-coordinates");
      app.map.on("mousemove", ({ latlng }) => this.tell(latlng));
      app.map.on("moveend", () => this.tell(app.map.getCenter()));
      this.tell(app.map.getCenter());
    }
    tell(point) {
      const { lat, lng } = point.wrap();
      this.box.replaceChildren(
        ...coordinatesTold(lat, lng, this.app.content.grid).map((part) => element("span", {}, part))
      );
    }
  };
  function addLocate(app) {
    app.tool("locate", () => app.map.locate({ setView: true, maxZoom: 15 }));
    const spot = L.circleMarker([0, 0], { radius: 7, color: "#0b3d66", fillOpacity: 0.6, interactive: false });
    app.map.on("locationfound", ({ latlng }) => spot.setLatLng(latlng).addTo(app.map));
    app.map.on("locationerror", () => app.tell(app.say.t("locate.failed")));
  }
  var Permalink = class {
    constructor(app) {
      this.app = app;
      app.map.on("moveend", () => this.write());
      addEventListener("hashchange", () => this.read());
    }
    write() {
      const { app } = this, centre = app.map.getCenter(), off = [];
      for (const records of app.scene.layers) {
        for (const facet of records.facets.values())
          for (const group of facet.groups) if (!group.on) off.push([records.kind, facet.name, ...group.path]);
      }
      const state = new URLSearchParams({
        view: `${app.map.getZoom()}/${centre.lat.toFixed(5)}/${centre.lng.toFixed(5)}`
      });
      if (off.length && JSON.stringify(off).length < 1500) state.set("off", JSON.stringify(off));
      if (app.time && app.time.day !== null) state.set("day", new Date(app.time.day * 864e5).toISOString().slice(0, 10));
      try {
        history.replaceState(null, "", `#${state}`);
      } catch {
      }
    }
    read() {
      const { app } = this, state = new URLSearchParams(location.hash.slice(1));
      const view = (state.get("view") ?? "").split("/").map(Number);
      if (view.length !== 3 || !view.every(Number.isFinite)) return false;
      this.switchOff(state.get("off"));
      if (app.time) app.time.setDay(state.get("day") ? Date.parse(state.get("day")) / 864e5 : null);
      app.refresh();
      app.map.setView([view[1], view[2]], view[0], { animate: false });
      return true;
    }
    switchOff(text) {
      let off = [];
      try {
        off = JSON.parse(text ?? "[]").map((entry) => JSON.stringify(entry));
      } catch {
        return;
      }
      for (const records of this.app.scene.layers) {
        for (const facet of records.facets.values())
          for (const group of facet.groups)
            group.on = !off.includes(JSON.stringify([records.kind, facet.name, ...group.path]));
      }
    }
  };
  function preparePrint(app) {
    let view = null, tab = null;
    const legend = app.root.querySelector(".kh-panel-legend");
    addEventListener("beforeprint", () => {
      app.popups.close();
      view = app.map.getBounds();
      tab = app.tab;
      app.root.classList.remove("kh-wide");
      app.root.classList.add("kh-printing");
      app.root.classList.remove("kh-narrow", "kh-roomy");
      app.openTab("legend");
      fitToSheet(legend);
      app.canvas.density = 1;
      app.map.invalidateSize({ animate: false, pan: false });
      app.map.fitBounds(view, { animate: false });
    });
    addEventListener("afterprint", () => {
      app.root.classList.remove("kh-printing");
      app.setWidth();
      legend.style.zoom = "";
      app.canvas.density = void 0;
      app.map.invalidateSize({ animate: false, pan: false });
      if (view) app.map.fitBounds(view, { animate: false });
      app.openTab(tab);
    });
  }
  function fitToSheet(legend) {
    for (let zoom = 1; zoom > 0.4 && legend.scrollHeight > legend.clientHeight + 1; zoom *= 0.95)
      legend.style.zoom = zoom;
  }

  // src/start.js
  function start(id, options) {
    const content = JSON.parse(document.getElementById(`${id}-data`).textContent);
    L.Icon.Default.imagePath = "";
    L.Icon.Default.mergeOptions(content.icons);
    const still = { zoomAnimation: false, fadeAnimation: false, inertia: false };
    const map = L.map(id, matchMedia("(prefers-reduced-motion: reduce)").matches ? { ...options, ...still } : options);
    map.createPane("hazards").style.zIndex = 350;
    map.createPane("marked").style.zIndex = 640;
    map.getPane("marked").style.pointerEvents = "none";
    const app = new App(id, content, map);
    tellExpiry(app.root.querySelector(".kh-head"), content.expiry);
    app.buildTools();
    app.buildTabs();
    app.time = content.time ? new TimeSlider(app, content.time) : null;
    openFirstTab(app);
    if (app.hasRoom()) app.showAll();
    else showWhenSized(app);
    fill(app).catch((error) => {
      app.root.querySelector(".kh-hidden").replaceChildren(element("span", {}, app.say.t("failed")));
      throw error;
    });
    return map;
  }
  function openFirstTab(app) {
    app.setWidth();
    app.openTab(isNarrow() ? null : "legend");
  }
  function showWhenSized(app) {
    app.map.setView(L.latLngBounds(app.content.bounds).getCenter(), 8, { animate: false });
    const watch = new ResizeObserver(() => {
      app.map.invalidateSize({ animate: false });
      if (!app.hasRoom()) return;
      watch.disconnect();
      openFirstTab(app);
      app.showAll();
    });
    watch.observe(app.map.getContainer());
  }
  async function fill(app) {
    const { content } = app;
    const kinds = ["releases", "hazards"].filter((kind) => content[kind]);
    const [places, relief, context, points, ...layers] = await Promise.all([
      content.places && readPlaces(content),
      content.relief && readRelief(content.relief),
      Promise.all(Object.entries(content.context ?? {}).map(readLines)),
      Promise.all(Object.entries(content.points).map(readLayer)),
      ...kinds.map((kind) => readRecords(kind, content[kind], content))
    ]);
    app.places = places;
    const classes = content.ranking?.classes ?? [];
    ORDERS.rank_class = classes;
    const symbols = new Symbols(content.symbols, classes), orders = /* @__PURE__ */ new Map();
    const order = (records) => {
      if (!orders.has(records)) orders.set(records, drawingOrder(records));
      return orders.get(records);
    };
    app.scene = {
      layers,
      context: relief ? [relief, ...context] : context,
      points,
      rejected: new Rejected(content.rejected?.records ?? []),
      places: app.places,
      symbols,
      order,
      textScale: parseFloat(getComputedStyle(app.root).fontSize) / 14
    };
    app.clusters = new Clusters(app);
    app.canvas = new HazardCanvas(app);
    watchTiles(app);
    build(app);
    app.canvas.addTo(app.map);
    app.root.classList.add("kh-ready");
  }
  function watchTiles(app) {
    const look = ({ layer } = {}) => {
      if (layer && !(layer instanceof L.GridLayer)) return;
      let tiles = false;
      app.map.eachLayer((one) => tiles ||= one instanceof L.GridLayer);
      if (tiles === app.scene.symbols.onTiles) return;
      app.scene.symbols.onTiles = tiles;
      app.canvas.redraw();
    };
    app.map.on("layeradd layerremove", look);
    look();
  }
  function build(app) {
    const panel = (name) => app.root.querySelector(`.kh-panel-${name}`);
    app.measure = new Measure(app);
    if (app.content.locate) addLocate(app);
    app.popups = new Popups(app);
    app.legend = new Legend(app, panel("legend"));
    app.layers = new Layers(app, panel("layers"));
    app.areas = new Areas(app, panel("areas"));
    new Coordinates(app);
    preparePrint(app);
    app.refresh();
    app.permalink = new Permalink(app);
    app.permalink.read();
  }
  async function readRecords(kind, coded, { public: isPublic, ranking }) {
    const [shapes, columns, margins] = await Promise.all([
      readShapes(coded.shapes),
      readTable(coded.columns),
      coded.margins && readShapes(coded.margins)
    ]);
    const records = new Records(kind, shapes, columns);
    records.margins = margins;
    if (kind === "releases") records.addFacet("product");
    else
      for (const name of isPublic ? ["hazard_type", "status"] : ["hazard_type", "status", "contamination", "priority"])
        records.addFacet(name);
    if (ranking && kind === "hazards") {
      records.addFacet("rank_class");
      records.numbered = ranking.top;
    }
    const levels = ["region", "district", "municipality"].filter(
      (name) => columns.some((column) => column.name === name && (column.values ?? column.cells).some((value) => value !== null))
    );
    if (levels.length) records.addFacet("place", levels);
    return records;
  }
  async function readLayer([kind, coded]) {
    const [at, columns] = await Promise.all([readPoints(coded.at), readTable(coded.columns)]);
    return new Points(kind, at, columns);
  }
  async function readLines([kind, coded]) {
    return new Context(kind, await readPoints(coded));
  }
  async function readPlaces({ places, shade }) {
    const levels = await Promise.all(
      places.levels.map(async (level) => ({ ...level, shapes: await readShapes(level.shapes) }))
    );
    const on = Object.fromEntries([...levels.map((level) => [level.level, true]), ["names", true]]);
    return { levels, on, shade: shade && { ...shade, on: true, byRow: (row) => shade.places[row] ?? null } };
  }

  // src/main.js
  window.kosovoHazards = { start };
})();
