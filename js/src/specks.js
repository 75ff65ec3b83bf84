// Areas of a few pixels where there are thousands: each pixel that one touches is coloured, once for all.

export class Specks {
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

  code(fill) {
    this.any = true;
    const code = this.fills.indexOf(fill);
    return code < 0 ? this.fills.push(fill) : code + 1;
  }

  addBox(left, top, right, bottom, fill) {
    const north = Math.floor(top - this.y),
      south = Math.max(Math.ceil(bottom - this.y), north + 2),
      code = this.code(fill);
    for (let line = north; line < south; line++)
      this.addSpan(line, left - this.x, Math.max(right, left + 1) - this.x, code);
  }

  addSpan(line, from, to, code) {
    if (line < 0 || line >= this.height) return;
    const west = Math.max(0, Math.floor(from)),
      east = Math.min(this.width, Math.ceil(to));
    for (let at = line * this.width + west, end = line * this.width + east; at < end; at++) this.cells[at] = code;
  }

  // Line by line from the westernmost to the easternmost point of each shell: never less than the shell.
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one pass over a hundred thousand shapes a frame
  addShape({ rings, points, wx, wy }, row, { world, x, y }, fill) {
    const code = this.code(fill),
      shiftX = x + this.x,
      shiftY = y + this.y;
    for (let ring = rings[row]; ring < rings[row + 1]; ring++) {
      let north = Infinity,
        south = -Infinity;
      for (let p = points[ring], end = points[ring + 1], q = end - 1; p < end; q = p++) {
        const down = wy[q] <= wy[p],
          upper = down ? q : p,
          lower = down ? p : q;
        const y0 = wy[upper] * world - shiftY,
          y1 = wy[lower] * world - shiftY;
        const x0 = wx[upper] * world - shiftX,
          x1 = wx[lower] * world - shiftX,
          slope = y1 > y0 ? (x1 - x0) / (y1 - y0) : 0;
        const first = Math.floor(y0),
          last = Math.floor(y1);
        if (north > south) [north, south] = [first, first - 1];
        while (north > first) this.open(--north);
        while (south < last) this.open(++south);
        for (let line = first; line <= last; line++) {
          const a = line > first ? x0 + (line - y0) * slope : x0,
            b = line < last ? x0 + (line + 1 - y0) * slope : x1;
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
    const pen = this.canvas.getContext("2d"),
      picture = pen.createImageData(this.width, this.height);
    const pixels = new Uint32Array(picture.data.buffer),
      colours = [0, ...this.fills.map((fill) => symbols.pixel(fill, 0.65))];
    for (let i = 0; i < pixels.length; i++) if (this.cells[i]) pixels[i] = colours[this.cells[i]];
    pen.putImageData(picture, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.canvas, this.x, this.y);
  }
}
