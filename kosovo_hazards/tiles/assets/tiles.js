var kosovoHazardsTiles = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // src/tiles/main.js
  var main_exports = {};
  __export(main_exports, {
    contains: () => contains,
    start: () => start
  });

  // node_modules/@mapbox/point-geometry/index.js
  function Point(x3, y2) {
    this.x = x3;
    this.y = y2;
  }
  Point.prototype = {
    /**
     * Clone this point, returning a new point that can be modified
     * without affecting the old one.
     * @return {Point} the clone
     */
    clone() {
      return new Point(this.x, this.y);
    },
    /**
     * Add this point's x & y coordinates to another point,
     * yielding a new point.
     * @param {Point} p the other point
     * @return {Point} output point
     */
    add(p) {
      return this.clone()._add(p);
    },
    /**
     * Subtract this point's x & y coordinates to from point,
     * yielding a new point.
     * @param {Point} p the other point
     * @return {Point} output point
     */
    sub(p) {
      return this.clone()._sub(p);
    },
    /**
     * Multiply this point's x & y coordinates by point,
     * yielding a new point.
     * @param {Point} p the other point
     * @return {Point} output point
     */
    multByPoint(p) {
      return this.clone()._multByPoint(p);
    },
    /**
     * Divide this point's x & y coordinates by point,
     * yielding a new point.
     * @param {Point} p the other point
     * @return {Point} output point
     */
    divByPoint(p) {
      return this.clone()._divByPoint(p);
    },
    /**
     * Multiply this point's x & y coordinates by a factor,
     * yielding a new point.
     * @param {number} k factor
     * @return {Point} output point
     */
    mult(k) {
      return this.clone()._mult(k);
    },
    /**
     * Divide this point's x & y coordinates by a factor,
     * yielding a new point.
     * @param {number} k factor
     * @return {Point} output point
     */
    div(k) {
      return this.clone()._div(k);
    },
    /**
     * Rotate this point around the 0, 0 origin by an angle a,
     * given in radians
     * @param {number} a angle to rotate around, in radians
     * @return {Point} output point
     */
    rotate(a) {
      return this.clone()._rotate(a);
    },
    /**
     * Rotate this point around p point by an angle a,
     * given in radians
     * @param {number} a angle to rotate around, in radians
     * @param {Point} p Point to rotate around
     * @return {Point} output point
     */
    rotateAround(a, p) {
      return this.clone()._rotateAround(a, p);
    },
    /**
     * Multiply this point by a 4x1 transformation matrix
     * @param {[number, number, number, number]} m transformation matrix
     * @return {Point} output point
     */
    matMult(m) {
      return this.clone()._matMult(m);
    },
    /**
     * Calculate this point but as a unit vector from 0, 0, meaning
     * that the distance from the resulting point to the 0, 0
     * coordinate will be equal to 1 and the angle from the resulting
     * point to the 0, 0 coordinate will be the same as before.
     * @return {Point} unit vector point
     */
    unit() {
      return this.clone()._unit();
    },
    /**
     * Compute a perpendicular point, where the new y coordinate
     * is the old x coordinate and the new x coordinate is the old y
     * coordinate multiplied by -1
     * @return {Point} perpendicular point
     */
    perp() {
      return this.clone()._perp();
    },
    /**
     * Return a version of this point with the x & y coordinates
     * rounded to integers.
     * @return {Point} rounded point
     */
    round() {
      return this.clone()._round();
    },
    /**
     * Return the magnitude of this point: this is the Euclidean
     * distance from the 0, 0 coordinate to this point's x and y
     * coordinates.
     * @return {number} magnitude
     */
    mag() {
      return Math.sqrt(this.x * this.x + this.y * this.y);
    },
    /**
     * Judge whether this point is equal to another point, returning
     * true or false.
     * @param {Point} other the other point
     * @return {boolean} whether the points are equal
     */
    equals(other) {
      return this.x === other.x && this.y === other.y;
    },
    /**
     * Calculate the distance from this point to another point
     * @param {Point} p the other point
     * @return {number} distance
     */
    dist(p) {
      return Math.sqrt(this.distSqr(p));
    },
    /**
     * Calculate the distance from this point to another point,
     * without the square root step. Useful if you're comparing
     * relative distances.
     * @param {Point} p the other point
     * @return {number} distance
     */
    distSqr(p) {
      const dx = p.x - this.x, dy = p.y - this.y;
      return dx * dx + dy * dy;
    },
    /**
     * Get the angle from the 0, 0 coordinate to this point, in radians
     * coordinates.
     * @return {number} angle
     */
    angle() {
      return Math.atan2(this.y, this.x);
    },
    /**
     * Get the angle from this point to another point, in radians
     * @param {Point} b the other point
     * @return {number} angle
     */
    angleTo(b2) {
      return Math.atan2(this.y - b2.y, this.x - b2.x);
    },
    /**
     * Get the angle between this point and another point, in radians
     * @param {Point} b the other point
     * @return {number} angle
     */
    angleWith(b2) {
      return this.angleWithSep(b2.x, b2.y);
    },
    /**
     * Find the angle of the two vectors, solving the formula for
     * the cross product a x b = |a||b|sin(θ) for θ.
     * @param {number} x the x-coordinate
     * @param {number} y the y-coordinate
     * @return {number} the angle in radians
     */
    angleWithSep(x3, y2) {
      return Math.atan2(
        this.x * y2 - this.y * x3,
        this.x * x3 + this.y * y2
      );
    },
    /** @param {[number, number, number, number]} m */
    _matMult(m) {
      const x3 = m[0] * this.x + m[1] * this.y, y2 = m[2] * this.x + m[3] * this.y;
      this.x = x3;
      this.y = y2;
      return this;
    },
    /** @param {Point} p */
    _add(p) {
      this.x += p.x;
      this.y += p.y;
      return this;
    },
    /** @param {Point} p */
    _sub(p) {
      this.x -= p.x;
      this.y -= p.y;
      return this;
    },
    /** @param {number} k */
    _mult(k) {
      this.x *= k;
      this.y *= k;
      return this;
    },
    /** @param {number} k */
    _div(k) {
      this.x /= k;
      this.y /= k;
      return this;
    },
    /** @param {Point} p */
    _multByPoint(p) {
      this.x *= p.x;
      this.y *= p.y;
      return this;
    },
    /** @param {Point} p */
    _divByPoint(p) {
      this.x /= p.x;
      this.y /= p.y;
      return this;
    },
    _unit() {
      this._div(this.mag());
      return this;
    },
    _perp() {
      const y2 = this.y;
      this.y = this.x;
      this.x = -y2;
      return this;
    },
    /** @param {number} angle */
    _rotate(angle) {
      const cos = Math.cos(angle), sin = Math.sin(angle), x3 = cos * this.x - sin * this.y, y2 = sin * this.x + cos * this.y;
      this.x = x3;
      this.y = y2;
      return this;
    },
    /**
     * @param {number} angle
     * @param {Point} p
     */
    _rotateAround(angle, p) {
      const cos = Math.cos(angle), sin = Math.sin(angle), x3 = p.x + cos * (this.x - p.x) - sin * (this.y - p.y), y2 = p.y + sin * (this.x - p.x) + cos * (this.y - p.y);
      this.x = x3;
      this.y = y2;
      return this;
    },
    _round() {
      this.x = Math.round(this.x);
      this.y = Math.round(this.y);
      return this;
    },
    constructor: Point
  };
  Point.convert = function(p) {
    if (p instanceof Point) {
      return (
        /** @type {Point} */
        p
      );
    }
    if (Array.isArray(p)) {
      return new Point(+p[0], +p[1]);
    }
    if (p.x !== void 0 && p.y !== void 0) {
      return new Point(+p.x, +p.y);
    }
    throw new Error("Expected [x, y] or {x, y} point format");
  };

  // node_modules/@mapbox/vector-tile/index.js
  var VectorTileFeature = class {
    /**
     * @param {PbfReader} pbf
     * @param {number} end
     * @param {number} extent
     * @param {string[]} keys
     * @param {(number | string | boolean)[]} values
     */
    constructor(pbf, end, extent, keys, values) {
      this.properties = /* @__PURE__ */ Object.create(null);
      this.extent = extent;
      this.type = 0;
      this.id = void 0;
      this._pbf = pbf;
      this._geometry = -1;
      this._keys = keys;
      this._values = values;
      while (pbf.pos < end) {
        const tag = pbf.readVarint();
        if (tag === 8) this.id = pbf.readVarint();
        else if (tag === 18) {
          const tagsEnd = pbf.readVarint() + pbf.pos;
          while (pbf.pos < tagsEnd) {
            const key = keys[pbf.readVarint()];
            const value2 = values[pbf.readVarint()];
            this.properties[key] = value2;
          }
        } else if (tag === 24) this.type = /** @type {0 | 1 | 2 | 3} */
        pbf.readVarint();
        else if (tag === 34) {
          this._geometry = pbf.pos;
          pbf.skip(tag);
        } else pbf.skip(tag);
      }
    }
    loadGeometry() {
      if (this._geometry < 0) throw new Error("feature has no geometry");
      const pbf = this._pbf;
      pbf.pos = this._geometry;
      const end = pbf.readVarint() + pbf.pos;
      const lines = [];
      let line;
      let cmd = 1;
      let length = 0;
      let x3 = 0;
      let y2 = 0;
      while (pbf.pos < end) {
        if (length <= 0) {
          const cmdLen = pbf.readVarint();
          cmd = cmdLen & 7;
          length = cmdLen >> 3;
          if (length === 0) continue;
        }
        length--;
        if (cmd === 1) {
          x3 += pbf.readSVarint();
          y2 += pbf.readSVarint();
          if (line) lines.push(line);
          line = [new Point(x3, y2)];
        } else if (cmd === 2) {
          x3 += pbf.readSVarint();
          y2 += pbf.readSVarint();
          if (line) line.push(new Point(x3, y2));
        } else if (cmd === 7) {
          if (line) {
            line.push(line[0].clone());
          }
        } else {
          throw new Error(`unknown command ${cmd}`);
        }
      }
      if (line) lines.push(line);
      return lines;
    }
    bbox() {
      if (this._geometry < 0) throw new Error("feature has no geometry");
      const pbf = this._pbf;
      pbf.pos = this._geometry;
      const end = pbf.readVarint() + pbf.pos;
      let cmd = 1, length = 0, x3 = 0, y2 = 0, x1 = Infinity, x22 = -Infinity, y1 = Infinity, y22 = -Infinity;
      while (pbf.pos < end) {
        if (length <= 0) {
          const cmdLen = pbf.readVarint();
          cmd = cmdLen & 7;
          length = cmdLen >> 3;
          if (length === 0) continue;
        }
        length--;
        if (cmd === 1 || cmd === 2) {
          x3 += pbf.readSVarint();
          y2 += pbf.readSVarint();
          if (x3 < x1) x1 = x3;
          if (x3 > x22) x22 = x3;
          if (y2 < y1) y1 = y2;
          if (y2 > y22) y22 = y2;
        } else if (cmd !== 7) {
          throw new Error(`unknown command ${cmd}`);
        }
      }
      return [x1, y1, x22, y22];
    }
    /**
     * @param {number} x
     * @param {number} y
     * @param {number} z
     * @return {Feature}
     */
    toGeoJSON(x3, y2, z2) {
      const size = this.extent * Math.pow(2, z2), x0 = this.extent * x3, y0 = this.extent * y2, vtCoords = this.loadGeometry();
      function projectPoint(p) {
        return [
          (p.x + x0) * 360 / size - 180,
          360 / Math.PI * Math.atan(Math.exp((1 - (p.y + y0) * 2 / size) * Math.PI)) - 90
        ];
      }
      function projectLine(line) {
        return line.map(projectPoint);
      }
      let geometry;
      if (this.type === 1) {
        const points = [];
        for (const line of vtCoords) {
          points.push(line[0]);
        }
        const coordinates = projectLine(points);
        geometry = points.length === 1 ? { type: "Point", coordinates: coordinates[0] } : { type: "MultiPoint", coordinates };
      } else if (this.type === 2) {
        const coordinates = vtCoords.map(projectLine);
        geometry = coordinates.length === 1 ? { type: "LineString", coordinates: coordinates[0] } : { type: "MultiLineString", coordinates };
      } else if (this.type === 3) {
        const polygons = classifyRings(vtCoords);
        const coordinates = [];
        for (const polygon of polygons) {
          coordinates.push(polygon.map(projectLine));
        }
        geometry = coordinates.length === 1 ? { type: "Polygon", coordinates: coordinates[0] } : { type: "MultiPolygon", coordinates };
      } else {
        throw new Error("unknown feature type");
      }
      const result = {
        type: "Feature",
        geometry,
        properties: this.properties
      };
      if (this.id != null) {
        result.id = this.id;
      }
      return result;
    }
  };
  VectorTileFeature.types = ["Unknown", "Point", "LineString", "Polygon"];
  function classifyRings(rings) {
    const len = rings.length;
    if (len <= 1) return [rings];
    const polygons = [];
    let polygon, ccw;
    for (let i2 = 0; i2 < len; i2++) {
      const area = signedArea(rings[i2]);
      if (area === 0) continue;
      if (ccw === void 0) ccw = area < 0;
      if (ccw === area < 0) {
        if (polygon) polygons.push(polygon);
        polygon = [rings[i2]];
      } else if (polygon) {
        polygon.push(rings[i2]);
      }
    }
    if (polygon) polygons.push(polygon);
    return polygons;
  }
  function signedArea(ring) {
    let sum = 0;
    for (let i2 = 0, len = ring.length, j2 = len - 1, p1, p2; i2 < len; j2 = i2++) {
      p1 = ring[i2];
      p2 = ring[j2];
      sum += (p2.x - p1.x) * (p1.y + p2.y);
    }
    return sum;
  }
  var VectorTileLayer = class {
    /**
     * @param {PbfReader} pbf
     * @param {number} [end]
     */
    constructor(pbf, end) {
      this.version = 1;
      this.name = "";
      this.extent = 4096;
      this.length = 0;
      this._pbf = pbf;
      this._keys = [];
      this._values = [];
      this._features = [];
      if (end === void 0) end = pbf.length;
      while (pbf.pos < end) {
        const tag = pbf.readVarint();
        if (tag === 10) this.name = pbf.readString();
        else if (tag === 18) {
          this._features.push(pbf.pos);
          pbf.skip(tag);
        } else if (tag === 26) this._keys.push(pbf.readString());
        else if (tag === 34) this._values.push(readValueMessage(pbf));
        else if (tag === 40) this.extent = pbf.readVarint();
        else if (tag === 120) this.version = pbf.readVarint();
        else pbf.skip(tag);
      }
      this.length = this._features.length;
    }
    /** return feature `i` from this layer as a `VectorTileFeature`
     * @param {number} i
     */
    feature(i2) {
      if (i2 < 0 || i2 >= this._features.length) throw new Error("feature index out of bounds");
      this._pbf.pos = this._features[i2];
      const end = this._pbf.readVarint() + this._pbf.pos;
      return new VectorTileFeature(this._pbf, end, this.extent, this._keys, this._values);
    }
  };
  function readValueMessage(pbf) {
    let value2 = null;
    const end = pbf.readVarint() + pbf.pos;
    while (pbf.pos < end) {
      const tag = pbf.readVarint();
      value2 = tag === 10 ? pbf.readString() : tag === 21 ? pbf.readFloat() : tag === 25 ? pbf.readDouble() : tag === 32 ? pbf.readVarint(true) : tag === 40 ? pbf.readVarint() : tag === 48 ? pbf.readSVarint() : tag === 56 ? pbf.readBoolean() : (pbf.skip(tag), null);
    }
    if (value2 == null) {
      throw new Error("unknown feature value");
    }
    return value2;
  }
  var VectorTile = class {
    /**
     * @param {PbfReader} pbf
     * @param {number} [end]
     */
    constructor(pbf, end = pbf.length) {
      const layers = /* @__PURE__ */ Object.create(null);
      while (pbf.pos < end) {
        const tag = pbf.readVarint();
        if (tag === 26) {
          const layer = new VectorTileLayer(pbf, pbf.readVarint() + pbf.pos);
          if (layer.length) layers[layer.name] = layer;
        } else pbf.skip(tag);
      }
      this.layers = layers;
    }
  };

  // node_modules/pbf/index.js
  var SHIFT_LEFT_32 = (1 << 16) * (1 << 16);
  var SHIFT_RIGHT_32 = 1 / SHIFT_LEFT_32;
  var TEXT_DECODER_MIN_LENGTH = 12;
  var utf8TextDecoder = typeof TextDecoder === "undefined" ? null : new TextDecoder("utf-8");
  var PBF_VARINT = 0;
  var PBF_FIXED64 = 1;
  var PBF_BYTES = 2;
  var PBF_FIXED32 = 5;
  var PbfReader = class {
    /**
     * @param {Uint8Array | ArrayBuffer} buf
     */
    constructor(buf) {
      this.buf = ArrayBuffer.isView(buf) ? buf : new Uint8Array(buf);
      this.dataView = new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength);
      this.pos = 0;
      this.type = 0;
      this._valueStart = -1;
      this.length = this.buf.length;
    }
    /**
     * @template T
     * @param {(tag: number, result: T, pbf: PbfReader) => void} readField
     * @param {T} result
     * @param {number} [end]
     */
    readFields(readField, result, end = this.length) {
      let field;
      while (field = this.nextField(end)) {
        readField(field, result, this);
      }
      return result;
    }
    /**
     * @template T
     * @param {(tag: number, result: T, pbf: PbfReader) => void} readField
     * @param {T} result
     */
    readMessage(readField, result) {
      return this.readFields(readField, result, this.readVarint() + this.pos);
    }
    readFixed32() {
      const val = this.dataView.getUint32(this.pos, true);
      this.pos += 4;
      return val;
    }
    readSFixed32() {
      const val = this.dataView.getInt32(this.pos, true);
      this.pos += 4;
      return val;
    }
    // 64-bit int handling is based on github.com/dpw/node-buffer-more-ints (MIT-licensed)
    readFixed64() {
      const val = this.dataView.getUint32(this.pos, true) + this.dataView.getUint32(this.pos + 4, true) * SHIFT_LEFT_32;
      this.pos += 8;
      return val;
    }
    readSFixed64() {
      const val = this.dataView.getUint32(this.pos, true) + this.dataView.getInt32(this.pos + 4, true) * SHIFT_LEFT_32;
      this.pos += 8;
      return val;
    }
    readFloat() {
      const val = this.dataView.getFloat32(this.pos, true);
      this.pos += 4;
      return val;
    }
    readDouble() {
      const val = this.dataView.getFloat64(this.pos, true);
      this.pos += 8;
      return val;
    }
    /**
     * @param {boolean} [isSigned]
     */
    readVarint(isSigned) {
      const buf = this.buf;
      const b0 = buf[this.pos++];
      if (b0 < 128) return b0;
      let val = b0 & 127, b2;
      b2 = buf[this.pos++];
      val |= (b2 & 127) << 7;
      if (b2 < 128) return val;
      b2 = buf[this.pos++];
      val |= (b2 & 127) << 14;
      if (b2 < 128) return val;
      b2 = buf[this.pos++];
      val |= (b2 & 127) << 21;
      if (b2 < 128) return val;
      b2 = buf[this.pos];
      val |= (b2 & 15) << 28;
      return readVarintRemainder(val, isSigned, this);
    }
    readSVarint() {
      const num = this.readVarint();
      return num % 2 === 1 ? (num + 1) / -2 : num / 2;
    }
    readBoolean() {
      return Boolean(this.readVarint());
    }
    readString() {
      const end = this.readVarint() + this.pos;
      const pos = this.pos;
      this.pos = end;
      if (end - pos >= TEXT_DECODER_MIN_LENGTH && utf8TextDecoder) {
        return utf8TextDecoder.decode(this.buf.subarray(pos, end));
      }
      return readUtf8(this.buf, pos, end);
    }
    readBytes() {
      const end = this.readVarint() + this.pos, buffer = this.buf.subarray(this.pos, end);
      this.pos = end;
      return buffer;
    }
    // verbose for performance reasons; doesn't affect gzipped size
    /**
     * @param {number[]} [arr]
     * @param {boolean} [isSigned]
     */
    readPackedVarint(arr = [], isSigned) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readVarint(isSigned));
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedSVarint(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readSVarint());
      return arr;
    }
    /** @param {boolean[]} [arr] */
    readPackedBoolean(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readBoolean());
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedFloat(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readFloat());
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedDouble(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readDouble());
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedFixed32(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readFixed32());
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedSFixed32(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readSFixed32());
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedFixed64(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readFixed64());
      return arr;
    }
    /** @param {number[]} [arr] */
    readPackedSFixed64(arr = []) {
      const end = this.readPackedEnd();
      while (this.pos < end) arr.push(this.readSFixed64());
      return arr;
    }
    readPackedEnd() {
      return this.type === PBF_BYTES ? this.readVarint() + this.pos : this.pos + 1;
    }
    /**
     * Advance to the next field. Returns the field number, or 0 at end-of-message.
     * @param {number} [end]
     */
    nextField(end = this.length) {
      if (this.pos === this._valueStart) this.skip(this.type);
      if (this.pos >= end) return 0;
      const tag = this.readVarint();
      this.type = tag & 7;
      this._valueStart = this.pos;
      return tag >>> 3;
    }
    /** @param {number} val */
    skip(val) {
      const type = val & 7;
      if (type === PBF_VARINT) while (this.buf[this.pos++] > 127) {
      }
      else if (type === PBF_BYTES) this.pos = this.readVarint() + this.pos;
      else if (type === PBF_FIXED32) this.pos += 4;
      else if (type === PBF_FIXED64) this.pos += 8;
      else throw new Error(`Unimplemented type: ${type}`);
    }
  };
  function readVarintRemainder(l, s, p) {
    const buf = p.buf;
    let h2, b2;
    b2 = buf[p.pos++];
    h2 = (b2 & 112) >> 4;
    if (b2 < 128) return toNum(l, h2, s);
    b2 = buf[p.pos++];
    h2 |= (b2 & 127) << 3;
    if (b2 < 128) return toNum(l, h2, s);
    b2 = buf[p.pos++];
    h2 |= (b2 & 127) << 10;
    if (b2 < 128) return toNum(l, h2, s);
    b2 = buf[p.pos++];
    h2 |= (b2 & 127) << 17;
    if (b2 < 128) return toNum(l, h2, s);
    b2 = buf[p.pos++];
    h2 |= (b2 & 127) << 24;
    if (b2 < 128) return toNum(l, h2, s);
    b2 = buf[p.pos++];
    h2 |= (b2 & 1) << 31;
    if (b2 < 128) return toNum(l, h2, s);
    throw new Error("Expected varint not more than 10 bytes");
  }
  function toNum(low, high, isSigned) {
    return isSigned ? high * 4294967296 + (low >>> 0) : (high >>> 0) * 4294967296 + (low >>> 0);
  }
  function readUtf8(buf, pos, end) {
    let str = "";
    let i2 = pos;
    while (i2 < end) {
      const b0 = buf[i2];
      let c = null;
      let bytesPerSequence = b0 > 239 ? 4 : b0 > 223 ? 3 : b0 > 191 ? 2 : 1;
      if (i2 + bytesPerSequence > end) break;
      let b1, b2, b3;
      if (bytesPerSequence === 1) {
        if (b0 < 128) {
          c = b0;
        }
      } else if (bytesPerSequence === 2) {
        b1 = buf[i2 + 1];
        if ((b1 & 192) === 128) {
          c = (b0 & 31) << 6 | b1 & 63;
          if (c <= 127) {
            c = null;
          }
        }
      } else if (bytesPerSequence === 3) {
        b1 = buf[i2 + 1];
        b2 = buf[i2 + 2];
        if ((b1 & 192) === 128 && (b2 & 192) === 128) {
          c = (b0 & 15) << 12 | (b1 & 63) << 6 | b2 & 63;
          if (c <= 2047 || c >= 55296 && c <= 57343) {
            c = null;
          }
        }
      } else if (bytesPerSequence === 4) {
        b1 = buf[i2 + 1];
        b2 = buf[i2 + 2];
        b3 = buf[i2 + 3];
        if ((b1 & 192) === 128 && (b2 & 192) === 128 && (b3 & 192) === 128) {
          c = (b0 & 15) << 18 | (b1 & 63) << 12 | (b2 & 63) << 6 | b3 & 63;
          if (c <= 65535 || c >= 1114112) {
            c = null;
          }
        }
      }
      if (c === null) {
        c = 65533;
        bytesPerSequence = 1;
      } else if (c > 65535) {
        c -= 65536;
        str += String.fromCharCode(c >>> 10 & 1023 | 55296);
        c = 56320 | c & 1023;
      }
      str += String.fromCharCode(c);
      i2 += bytesPerSequence;
    }
    return str;
  }

  // src/dom.js
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value2] of Object.entries(attributes)) {
      if (name === "class") made.className = value2;
      else if (name.startsWith("on")) made.addEventListener(name.slice(2), value2);
      else if (value2 === true) made.setAttribute(name, "");
      else if (value2 !== false && value2 != null) made.setAttribute(name, value2);
    }
    made.append(...children.filter((child) => child != null));
    return made;
  }
  function isNarrow() {
    return matchMedia(`(max-width: ${window.self === window.top ? 720 : 1100}px)`).matches;
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

  // src/numbers.js
  function speaker(texts) {
    const t = (key, values = {}) => {
      let text = Object.hasOwn(texts, key) ? texts[key] : key;
      for (const [name, value2] of Object.entries(values)) text = text.split(`{${name}}`).join(String(value2));
      return text;
    };
    const has = (key) => Object.hasOwn(texts, key);
    const number = (value2, decimals = 0) => {
      const digits = fixed(Math.abs(value2), decimals);
      const [whole, part] = digits.split(".");
      const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts["number.thousands"]);
      return (value2 < 0 && /[1-9]/.test(digits) ? "−" : "") + grouped + (part ? texts["number.decimal"] + part : "");
    };
    const rules = pluralRules(texts["language.code"]);
    const counted = (key, n, values = {}) => {
      const form = [`${key}|${rules.select(n)}`, `${key}|other`].find(has) ?? key;
      return t(form, { n: number(n), ...values });
    };
    const squareMetres = (value2) => `${number(value2)} m²`;
    const area = (value2) => value2 >= 1e6 ? `${number(value2 / 1e6, 2)} km²` : squareMetres(value2);
    const length = (value2) => value2 >= 1e3 ? `${number(value2 / 1e3, 2)} km` : `${number(value2)} m`;
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
  function fixed(value2, decimals) {
    const text = value2.toFixed(decimals), scaled = value2 * 10 ** decimals;
    const between = Number.isInteger(value2 * 2 ** (decimals + 1)) && scaled % 1 === 0.5;
    return between ? (2 * Math.round(scaled / 2) * 10 ** -decimals).toFixed(decimals) : text;
  }

  // node_modules/fflate/esm/browser.js
  var u8 = Uint8Array;
  var u16 = Uint16Array;
  var i32 = Int32Array;
  var fleb = new u8([
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    1,
    1,
    1,
    2,
    2,
    2,
    2,
    3,
    3,
    3,
    3,
    4,
    4,
    4,
    4,
    5,
    5,
    5,
    5,
    0,
    /* unused */
    0,
    0,
    /* impossible */
    0
  ]);
  var fdeb = new u8([
    0,
    0,
    0,
    0,
    1,
    1,
    2,
    2,
    3,
    3,
    4,
    4,
    5,
    5,
    6,
    6,
    7,
    7,
    8,
    8,
    9,
    9,
    10,
    10,
    11,
    11,
    12,
    12,
    13,
    13,
    /* unused */
    0,
    0
  ]);
  var clim = new u8([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
  var freb = function(eb, start2) {
    var b2 = new u16(31);
    for (var i2 = 0; i2 < 31; ++i2) {
      b2[i2] = start2 += 1 << eb[i2 - 1];
    }
    var r = new i32(b2[30]);
    for (var i2 = 1; i2 < 30; ++i2) {
      for (var j2 = b2[i2]; j2 < b2[i2 + 1]; ++j2) {
        r[j2] = j2 - b2[i2] << 5 | i2;
      }
    }
    return { b: b2, r };
  };
  var _a = freb(fleb, 2);
  var fl = _a.b;
  var revfl = _a.r;
  fl[28] = 258, revfl[258] = 28;
  var _b = freb(fdeb, 0);
  var fd = _b.b;
  var revfd = _b.r;
  var rev = new u16(32768);
  for (i = 0; i < 32768; ++i) {
    x = (i & 43690) >> 1 | (i & 21845) << 1;
    x = (x & 52428) >> 2 | (x & 13107) << 2;
    x = (x & 61680) >> 4 | (x & 3855) << 4;
    rev[i] = ((x & 65280) >> 8 | (x & 255) << 8) >> 1;
  }
  var x;
  var i;
  var hMap = (function(cd, mb, r) {
    var s = cd.length;
    var i2 = 0;
    var l = new u16(mb);
    for (; i2 < s; ++i2) {
      if (cd[i2])
        ++l[cd[i2] - 1];
    }
    var le = new u16(mb);
    for (i2 = 1; i2 < mb; ++i2) {
      le[i2] = le[i2 - 1] + l[i2 - 1] << 1;
    }
    var co;
    if (r) {
      co = new u16(1 << mb);
      var rvb = 15 - mb;
      for (i2 = 0; i2 < s; ++i2) {
        if (cd[i2]) {
          var sv = i2 << 4 | cd[i2];
          var r_1 = mb - cd[i2];
          var v2 = le[cd[i2] - 1]++ << r_1;
          for (var m = v2 | (1 << r_1) - 1; v2 <= m; ++v2) {
            co[rev[v2] >> rvb] = sv;
          }
        }
      }
    } else {
      co = new u16(s);
      for (i2 = 0; i2 < s; ++i2) {
        if (cd[i2]) {
          co[i2] = rev[le[cd[i2] - 1]++] >> 15 - cd[i2];
        }
      }
    }
    return co;
  });
  var flt = new u8(288);
  for (i = 0; i < 144; ++i)
    flt[i] = 8;
  var i;
  for (i = 144; i < 256; ++i)
    flt[i] = 9;
  var i;
  for (i = 256; i < 280; ++i)
    flt[i] = 7;
  var i;
  for (i = 280; i < 288; ++i)
    flt[i] = 8;
  var i;
  var fdt = new u8(32);
  for (i = 0; i < 32; ++i)
    fdt[i] = 5;
  var i;
  var flrm = /* @__PURE__ */ hMap(flt, 9, 1);
  var fdrm = /* @__PURE__ */ hMap(fdt, 5, 1);
  var max = function(a) {
    var m = a[0];
    for (var i2 = 1; i2 < a.length; ++i2) {
      if (a[i2] > m)
        m = a[i2];
    }
    return m;
  };
  var bits = function(d2, p, m) {
    var o = p / 8 | 0;
    return (d2[o] | d2[o + 1] << 8) >> (p & 7) & m;
  };
  var bits16 = function(d2, p) {
    var o = p / 8 | 0;
    return (d2[o] | d2[o + 1] << 8 | d2[o + 2] << 16) >> (p & 7);
  };
  var shft = function(p) {
    return (p + 7) / 8 | 0;
  };
  var slc = function(v2, s, e) {
    if (s == null || s < 0)
      s = 0;
    if (e == null || e > v2.length)
      e = v2.length;
    return new u8(v2.subarray(s, e));
  };
  var ec = [
    "unexpected EOF",
    "invalid block type",
    "invalid length/literal",
    "invalid distance",
    "stream finished",
    "no stream handler",
    ,
    // determined by compression function
    "no callback",
    "invalid UTF-8 data",
    "extra field too long",
    "date not in range 1980-2099",
    "filename too long",
    "stream finishing",
    "invalid zip data"
    // determined by unknown compression method
  ];
  var err = function(ind, msg, nt) {
    var e = new Error(msg || ec[ind]);
    e.code = ind;
    if (Error.captureStackTrace)
      Error.captureStackTrace(e, err);
    if (!nt)
      throw e;
    return e;
  };
  var inflt = function(dat, st, buf, dict) {
    var sl = dat.length, dl = dict ? dict.length : 0;
    if (!sl || st.f && !st.l)
      return buf || new u8(0);
    var noBuf = !buf;
    var resize = noBuf || st.i != 2;
    var noSt = st.i;
    if (noBuf)
      buf = new u8(sl * 3);
    var cbuf = function(l2) {
      var bl = buf.length;
      if (l2 > bl) {
        var nbuf = new u8(Math.max(bl * 2, l2));
        nbuf.set(buf);
        buf = nbuf;
      }
    };
    var final = st.f || 0, pos = st.p || 0, bt = st.b || 0, lm = st.l, dm = st.d, lbt = st.m, dbt = st.n;
    var tbts = sl * 8;
    do {
      if (!lm) {
        final = bits(dat, pos, 1);
        var type = bits(dat, pos + 1, 3);
        pos += 3;
        if (!type) {
          var s = shft(pos) + 4, l = dat[s - 4] | dat[s - 3] << 8, t = s + l;
          if (t > sl) {
            if (noSt)
              err(0);
            break;
          }
          if (resize)
            cbuf(bt + l);
          buf.set(dat.subarray(s, t), bt);
          st.b = bt += l, st.p = pos = t * 8, st.f = final;
          continue;
        } else if (type == 1)
          lm = flrm, dm = fdrm, lbt = 9, dbt = 5;
        else if (type == 2) {
          var hLit = bits(dat, pos, 31) + 257, hcLen = bits(dat, pos + 10, 15) + 4;
          var tl = hLit + bits(dat, pos + 5, 31) + 1;
          pos += 14;
          var ldt = new u8(tl);
          var clt = new u8(19);
          for (var i2 = 0; i2 < hcLen; ++i2) {
            clt[clim[i2]] = bits(dat, pos + i2 * 3, 7);
          }
          pos += hcLen * 3;
          var clb = max(clt), clbmsk = (1 << clb) - 1;
          var clm = hMap(clt, clb, 1);
          for (var i2 = 0; i2 < tl; ) {
            var r = clm[bits(dat, pos, clbmsk)];
            pos += r & 15;
            var s = r >> 4;
            if (s < 16) {
              ldt[i2++] = s;
            } else {
              var c = 0, n = 0;
              if (s == 16)
                n = 3 + bits(dat, pos, 3), pos += 2, c = ldt[i2 - 1];
              else if (s == 17)
                n = 3 + bits(dat, pos, 7), pos += 3;
              else if (s == 18)
                n = 11 + bits(dat, pos, 127), pos += 7;
              while (n--)
                ldt[i2++] = c;
            }
          }
          var lt = ldt.subarray(0, hLit), dt = ldt.subarray(hLit);
          lbt = max(lt);
          dbt = max(dt);
          lm = hMap(lt, lbt, 1);
          dm = hMap(dt, dbt, 1);
        } else
          err(1);
        if (pos > tbts) {
          if (noSt)
            err(0);
          break;
        }
      }
      if (resize)
        cbuf(bt + 131072);
      var lms = (1 << lbt) - 1, dms = (1 << dbt) - 1;
      var lpos = pos;
      for (; ; lpos = pos) {
        var c = lm[bits16(dat, pos) & lms], sym = c >> 4;
        pos += c & 15;
        if (pos > tbts) {
          if (noSt)
            err(0);
          break;
        }
        if (!c)
          err(2);
        if (sym < 256)
          buf[bt++] = sym;
        else if (sym == 256) {
          lpos = pos, lm = null;
          break;
        } else {
          var add = sym - 254;
          if (sym > 264) {
            var i2 = sym - 257, b2 = fleb[i2];
            add = bits(dat, pos, (1 << b2) - 1) + fl[i2];
            pos += b2;
          }
          var d2 = dm[bits16(dat, pos) & dms], dsym = d2 >> 4;
          if (!d2)
            err(3);
          pos += d2 & 15;
          var dt = fd[dsym];
          if (dsym > 3) {
            var b2 = fdeb[dsym];
            dt += bits16(dat, pos) & (1 << b2) - 1, pos += b2;
          }
          if (pos > tbts) {
            if (noSt)
              err(0);
            break;
          }
          if (resize)
            cbuf(bt + 131072);
          var end = bt + add;
          if (bt < dt) {
            var shift = dl - dt, dend = Math.min(dt, end);
            if (shift + bt < 0)
              err(3);
            for (; bt < dend; ++bt)
              buf[bt] = dict[shift + bt];
          }
          for (; bt < end; ++bt)
            buf[bt] = buf[bt - dt];
        }
      }
      st.l = lm, st.p = lpos, st.b = bt, st.f = final;
      if (lm)
        final = 1, st.m = lbt, st.d = dm, st.n = dbt;
    } while (!final);
    return bt != buf.length && noBuf ? slc(buf, 0, bt) : buf.subarray(0, bt);
  };
  var et = /* @__PURE__ */ new u8(0);
  var gzs = function(d2) {
    if (d2[0] != 31 || d2[1] != 139 || d2[2] != 8)
      err(6, "invalid gzip data");
    var flg = d2[3];
    var st = 10;
    if (flg & 4)
      st += (d2[10] | d2[11] << 8) + 2;
    for (var zs = (flg >> 3 & 1) + (flg >> 4 & 1); zs > 0; zs -= !d2[st++])
      ;
    return st + (flg & 2);
  };
  var gzl = function(d2) {
    var l = d2.length;
    return (d2[l - 4] | d2[l - 3] << 8 | d2[l - 2] << 16 | d2[l - 1] << 24) >>> 0;
  };
  var zls = function(d2, dict) {
    if ((d2[0] & 15) != 8 || d2[0] >> 4 > 7 || (d2[0] << 8 | d2[1]) % 31)
      err(6, "invalid zlib data");
    if ((d2[1] >> 5 & 1) == +!dict)
      err(6, "invalid zlib data: " + (d2[1] & 32 ? "need" : "unexpected") + " dictionary");
    return (d2[1] >> 3 & 4) + 2;
  };
  function inflateSync(data, opts) {
    return inflt(data, { i: 2 }, opts && opts.out, opts && opts.dictionary);
  }
  function gunzipSync(data, opts) {
    var st = gzs(data);
    if (st + 8 > data.length)
      err(6, "invalid gzip data");
    return inflt(data.subarray(st, -8), { i: 2 }, opts && opts.out || new u8(gzl(data)), opts && opts.dictionary);
  }
  function unzlibSync(data, opts) {
    return inflt(data.subarray(zls(data, opts && opts.dictionary), -4), { i: 2 }, opts && opts.out, opts && opts.dictionary);
  }
  function decompressSync(data, opts) {
    return data[0] == 31 && data[1] == 139 && data[2] == 8 ? gunzipSync(data, opts) : (data[0] & 15) != 8 || data[0] >> 4 > 7 || (data[0] << 8 | data[1]) % 31 ? inflateSync(data, opts) : unzlibSync(data, opts);
  }
  var td = typeof TextDecoder != "undefined" && /* @__PURE__ */ new TextDecoder();
  var tds = 0;
  try {
    td.decode(et, { stream: true });
    tds = 1;
  } catch (e) {
  }

  // node_modules/pmtiles/dist/esm/index.js
  var j = Object.defineProperty;
  var S = Math.pow;
  var d = (o, t) => j(o, "name", { value: t, configurable: true });
  var h = (o, t, e) => new Promise((r, n) => {
    var s = (c) => {
      try {
        a(e.next(c));
      } catch (l) {
        n(l);
      }
    }, i2 = (c) => {
      try {
        a(e.throw(c));
      } catch (l) {
        n(l);
      }
    }, a = (c) => c.done ? r(c.value) : Promise.resolve(c.value).then(s, i2);
    a((e = e.apply(o, t)).next());
  });
  var re = d((o, t) => {
    let e = false, r = "", n = L.GridLayer.extend({ createTile: d((s, i2) => {
      let a = document.createElement("img"), c = new AbortController(), l = c.signal;
      return a.cancel = () => {
        c.abort();
      }, e || (o.getHeader().then((u) => {
        u.tileType === 1 || u.tileType === 6 ? console.error("Error: archive contains vector tiles, but leafletRasterLayer is for displaying raster tiles. See https://github.com/protomaps/PMTiles/tree/main/js for details.") : u.tileType === 2 ? r = "image/png" : u.tileType === 3 ? r = "image/jpeg" : u.tileType === 4 ? r = "image/webp" : u.tileType === 5 && (r = "image/avif");
      }), e = true), o.getZxy(s.z, s.x, s.y, l).then((u) => {
        if (u) {
          let m = new Blob([u.data], { type: r }), g = window.URL.createObjectURL(m);
          a.src = g;
        } else a.style.display = "none";
        a.cancel = void 0, i2(void 0, a);
      }).catch((u) => {
        if (u.name !== "AbortError") throw u;
      }), a;
    }, "createTile"), _removeTile: d(function(s) {
      let i2 = this._tiles[s];
      i2 && (i2.el.cancel && i2.el.cancel(), i2.el.src && window.URL.revokeObjectURL(i2.el.src), i2.el.width = 0, i2.el.height = 0, i2.el.deleted = true, L.DomUtil.remove(i2.el), delete this._tiles[s], this.fire("tileunload", { tile: i2.el, coords: this._keyToTileCoords(s) }));
    }, "_removeTile") });
    return new n(t);
  }, "leafletRasterLayer");
  var z = d((o) => (t, e) => {
    if (e instanceof AbortController) return o(t, e);
    let r = new AbortController();
    return o(t, r).then((n) => e(void 0, n.data, n.cacheControl || "", n.expires || ""), (n) => e(n)).catch((n) => e(n)), { cancel: d(() => r.abort(), "cancel") };
  }, "v3compat");
  var A = class A2 {
    constructor(t) {
      this.tilev4 = d((t2, e) => h(this, null, function* () {
        if (t2.type === "json") {
          let g = t2.url.substr(10), p = this.tiles.get(g);
          if (p || (p = new w(g), this.tiles.set(g, p)), this.metadata) {
            let K = yield p.getTileJson(t2.url);
            return e.signal.throwIfAborted(), { data: K };
          }
          let f = yield p.getHeader();
          return e.signal.throwIfAborted(), (f.minLon >= f.maxLon || f.minLat >= f.maxLat) && console.error(`Bounds of PMTiles archive ${f.minLon},${f.minLat},${f.maxLon},${f.maxLat} are not valid.`), { data: { tiles: [`${t2.url}/{z}/{x}/{y}`], minzoom: f.minZoom, maxzoom: f.maxZoom, bounds: [f.minLon, f.minLat, f.maxLon, f.maxLat] } };
        }
        let r = new RegExp(/pmtiles:\/\/(.+)\/(\d+)\/(\d+)\/(\d+)/), n = t2.url.match(r);
        if (!n) throw new Error("Invalid PMTiles protocol URL");
        let s = n[1], i2 = this.tiles.get(s);
        i2 || (i2 = new w(s), this.tiles.set(s, i2));
        let a = n[2], c = n[3], l = n[4], u = yield i2 == null ? void 0 : i2.getZxy(+a, +c, +l, e.signal);
        if (e.signal.throwIfAborted(), u) return { data: new Uint8Array(u.data), cacheControl: u.cacheControl, expires: u.expires };
        let m = yield i2.getHeader();
        if (m.tileType === 1 || m.tileType === 6) {
          if (this.errorOnMissingTile) throw new Error("Tile not found.");
          return { data: new Uint8Array() };
        }
        return { data: null };
      }), "tilev4");
      this.tile = z(this.tilev4);
      this.tiles = /* @__PURE__ */ new Map(), this.metadata = (t == null ? void 0 : t.metadata) || false, this.errorOnMissingTile = (t == null ? void 0 : t.errorOnMissingTile) || false;
    }
    add(t) {
      this.tiles.set(t.source.getKey(), t);
    }
    get(t) {
      return this.tiles.get(t);
    }
  };
  d(A, "Protocol");
  function b(o, t) {
    return (t >>> 0) * 4294967296 + (o >>> 0);
  }
  d(b, "toNum");
  function N(o, t) {
    let e = t.buf, r = e[t.pos++], n = (r & 112) >> 4;
    if (r < 128 || (r = e[t.pos++], n |= (r & 127) << 3, r < 128) || (r = e[t.pos++], n |= (r & 127) << 10, r < 128) || (r = e[t.pos++], n |= (r & 127) << 17, r < 128) || (r = e[t.pos++], n |= (r & 127) << 24, r < 128) || (r = e[t.pos++], n |= (r & 1) << 31, r < 128)) return b(o, n);
    throw new Error("Expected varint not more than 10 bytes");
  }
  d(N, "readVarintRemainder");
  function x2(o) {
    let t = o.buf, e = t[o.pos++], r = e & 127;
    return e < 128 || (e = t[o.pos++], r |= (e & 127) << 7, e < 128) || (e = t[o.pos++], r |= (e & 127) << 14, e < 128) || (e = t[o.pos++], r |= (e & 127) << 21, e < 128) ? r : (e = t[o.pos], r |= (e & 15) << 28, N(r, o));
  }
  d(x2, "readVarint");
  function I(o, t, e, r, n) {
    return n === 0 ? r !== 0 ? [o - 1 - e, o - 1 - t] : [e, t] : [t, e];
  }
  d(I, "rotate");
  function q(o, t, e) {
    if (o > 26) throw new Error("Tile zoom level exceeds max safe number limit (26)");
    if (t >= 1 << o || e >= 1 << o) throw new Error("tile x/y outside zoom level bounds");
    let r = ((1 << o) * (1 << o) - 1) / 3, n = o - 1, [s, i2] = [t, e];
    for (let a = 1 << n; a > 0; a >>= 1) {
      let c = s & a, l = i2 & a;
      r += (3 * c ^ l) * (1 << n), [s, i2] = I(a, s, i2, c, l), n--;
    }
    return r;
  }
  d(q, "zxyToTileId");
  function G(o) {
    let t = 3 * o + 1;
    return t < 4294967296 ? 31 - Math.clz32(t) : 63 - Math.clz32(t / 4294967296);
  }
  d(G, "tileIdToZ");
  function ie(o) {
    let t = G(o) >> 1;
    if (t > 26) throw new Error("Tile zoom level exceeds max safe number limit (26)");
    let e = ((1 << t) * (1 << t) - 1) / 3, r = o - e, n = 0, s = 0, i2 = 1 << t;
    for (let a = 1; a < i2; a <<= 1) {
      let c = a & r / 2, l = a & (r ^ c);
      [n, s] = I(a, n, s, c, l), r = r / 2, n += c, s += l;
    }
    return [t, n, s];
  }
  d(ie, "tileIdToZxy");
  var J = ((s) => (s[s.Unknown = 0] = "Unknown", s[s.None = 1] = "None", s[s.Gzip = 2] = "Gzip", s[s.Brotli = 3] = "Brotli", s[s.Zstd = 4] = "Zstd", s))(J || {});
  function P(o, t) {
    return h(this, null, function* () {
      if (t === 1 || t === 0) return o;
      if (t === 2) {
        if (typeof globalThis.DecompressionStream == "undefined") return decompressSync(new Uint8Array(o));
        let e = new Response(o).body;
        if (!e) throw new Error("Failed to read response stream");
        let r = e.pipeThrough(new globalThis.DecompressionStream("gzip"));
        return new Response(r).arrayBuffer();
      }
      throw new Error("Compression method not supported");
    });
  }
  d(P, "defaultDecompress");
  var O = ((a) => (a[a.Unknown = 0] = "Unknown", a[a.Mvt = 1] = "Mvt", a[a.Png = 2] = "Png", a[a.Jpeg = 3] = "Jpeg", a[a.Webp = 4] = "Webp", a[a.Avif = 5] = "Avif", a[a.Mlt = 6] = "Mlt", a))(O || {});
  function _(o) {
    return o === 1 ? ".mvt" : o === 2 ? ".png" : o === 3 ? ".jpg" : o === 4 ? ".webp" : o === 5 ? ".avif" : o === 6 ? ".mlt" : "";
  }
  d(_, "tileTypeExt");
  var Y = 127;
  function Q(o, t) {
    let e = 0, r = o.length - 1;
    for (; e <= r; ) {
      let n = r + e >> 1, s = t - o[n].tileId;
      if (s > 0) e = n + 1;
      else if (s < 0) r = n - 1;
      else return o[n];
    }
    return r >= 0 && (o[r].runLength === 0 || t - o[r].tileId < o[r].runLength) ? o[r] : null;
  }
  d(Q, "findTile");
  var T = class T2 {
    constructor(t) {
      this.file = t;
    }
    getKey() {
      return this.file.name;
    }
    getBytes(t, e) {
      return h(this, null, function* () {
        return { data: yield this.file.slice(t, t + e).arrayBuffer() };
      });
    }
  };
  d(T, "FileSource");
  var D = class D2 {
    constructor(t, e = new Headers(), r = void 0) {
      var a, c;
      this.url = t, this.customHeaders = e, this.credentials = r, this.mustReload = false;
      let n = "";
      "navigator" in globalThis && (n = (c = (a = globalThis.navigator) == null ? void 0 : a.userAgent) != null ? c : "");
      let s = n.indexOf("Windows") > -1, i2 = /Chrome|Chromium|Edg|OPR|Brave/.test(n);
      this.chromeWindowsNoCache = false, s && i2 && (this.chromeWindowsNoCache = true);
    }
    getKey() {
      return this.url;
    }
    setHeaders(t) {
      this.customHeaders = t;
    }
    getBytes(t, e, r, n) {
      return h(this, null, function* () {
        let s, i2;
        r ? i2 = r : (s = new AbortController(), i2 = s.signal);
        let a = new Headers(this.customHeaders);
        a.set("range", `bytes=${t}-${t + e - 1}`);
        let c;
        this.mustReload ? c = "reload" : this.chromeWindowsNoCache && (c = "no-store");
        let l = yield fetch(this.url, { signal: i2, cache: c, headers: a, credentials: this.credentials });
        if (t === 0 && l.status === 416) {
          let p = l.headers.get("Content-Range");
          if (!p || !p.startsWith("bytes */")) throw new Error("Missing content-length on 416 response");
          let f = +p.substr(8);
          a.set("range", `bytes=0-${f - 1}`), l = yield fetch(this.url, { signal: i2, cache: "reload", headers: a, credentials: this.credentials });
        }
        let u = l.headers.get("Etag");
        if (u != null && u.startsWith("W/") && (u = null), l.status === 416 || n && u && u !== n) throw this.mustReload = true, new v(`Server returned non-matching ETag ${n} after one retry. Check browser extensions and servers for issues that may affect correct ETag headers.`);
        if (l.status >= 300) throw new Error(`Bad response code: ${l.status}`);
        let m = l.headers.get("Content-Length");
        if (l.status === 200 && (!m || +m > e)) throw s && s.abort(), new Error("Server returned no content-length header or content-length exceeding request. Check that your storage backend supports HTTP Byte Serving.");
        return { data: yield l.arrayBuffer(), etag: u || void 0, cacheControl: l.headers.get("Cache-Control") || void 0, expires: l.headers.get("Expires") || void 0 };
      });
    }
  };
  d(D, "FetchSource");
  var E = D;
  function y(o, t) {
    let e = o.getUint32(t + 4, true), r = o.getUint32(t + 0, true);
    return e * S(2, 32) + r;
  }
  d(y, "getUint64");
  function X(o, t) {
    let e = new DataView(o), r = e.getUint8(7);
    if (r > 3) throw new Error(`Archive is spec version ${r} but this library supports up to spec version 3`);
    return { specVersion: r, rootDirectoryOffset: y(e, 8), rootDirectoryLength: y(e, 16), jsonMetadataOffset: y(e, 24), jsonMetadataLength: y(e, 32), leafDirectoryOffset: y(e, 40), leafDirectoryLength: y(e, 48), tileDataOffset: y(e, 56), tileDataLength: y(e, 64), numAddressedTiles: y(e, 72), numTileEntries: y(e, 80), numTileContents: y(e, 88), clustered: e.getUint8(96) === 1, internalCompression: e.getUint8(97), tileCompression: e.getUint8(98), tileType: e.getUint8(99), minZoom: e.getUint8(100), maxZoom: e.getUint8(101), minLon: e.getInt32(102, true) / 1e7, minLat: e.getInt32(106, true) / 1e7, maxLon: e.getInt32(110, true) / 1e7, maxLat: e.getInt32(114, true) / 1e7, centerZoom: e.getUint8(118), centerLon: e.getInt32(119, true) / 1e7, centerLat: e.getInt32(123, true) / 1e7, etag: t };
  }
  d(X, "bytesToHeader");
  function Z(o) {
    let t = { buf: new Uint8Array(o), pos: 0 }, e = x2(t), r = [], n = 0;
    for (let s = 0; s < e; s++) {
      let i2 = x2(t);
      r.push({ tileId: n + i2, offset: 0, length: 0, runLength: 1 }), n += i2;
    }
    for (let s = 0; s < e; s++) r[s].runLength = x2(t);
    for (let s = 0; s < e; s++) r[s].length = x2(t);
    for (let s = 0; s < e; s++) {
      let i2 = x2(t);
      i2 === 0 && s > 0 ? r[s].offset = r[s - 1].offset + r[s - 1].length : r[s].offset = i2 - 1;
    }
    return r;
  }
  d(Z, "deserializeIndex");
  var R = class R2 extends Error {
  };
  d(R, "EtagMismatch");
  var v = R;
  function V(o, t) {
    return h(this, null, function* () {
      let e = yield o.getBytes(0, 16384);
      if (new DataView(e.data).getUint16(0, true) !== 19792) throw new Error("Wrong magic number for PMTiles archive");
      let n = e.data.slice(0, Y), s = X(n, e.etag), i2 = e.data.slice(s.rootDirectoryOffset, s.rootDirectoryOffset + s.rootDirectoryLength), a = `${o.getKey()}|${s.etag || ""}|${s.rootDirectoryOffset}|${s.rootDirectoryLength}`, c = Z(yield t(i2, s.internalCompression));
      return [s, [a, c.length, c]];
    });
  }
  d(V, "getHeaderAndRoot");
  function F(o, t, e, r, n, s) {
    return h(this, null, function* () {
      let i2 = yield o.getBytes(e, r, s, n.etag), a = yield t(i2.data, n.internalCompression), c = Z(a);
      if (c.length === 0) throw new Error("Empty directory is invalid");
      return c;
    });
  }
  d(F, "getDirectory");
  var U = class U2 {
    constructor(t = 100, e = true, r = P) {
      this.cache = /* @__PURE__ */ new Map(), this.maxCacheEntries = t, this.counter = 1, this.decompress = r;
    }
    getHeader(t) {
      return h(this, null, function* () {
        let e = t.getKey(), r = this.cache.get(e);
        if (r) return r.lastUsed = this.counter++, r.data;
        let n = yield V(t, this.decompress);
        return n[1] && this.cache.set(n[1][0], { lastUsed: this.counter++, data: n[1][2] }), this.cache.set(e, { lastUsed: this.counter++, data: n[0] }), this.prune(), n[0];
      });
    }
    getDirectory(t, e, r, n, s) {
      return h(this, null, function* () {
        let i2 = `${t.getKey()}|${n.etag || ""}|${e}|${r}`, a = this.cache.get(i2);
        if (a) return a.lastUsed = this.counter++, a.data;
        let c = yield F(t, this.decompress, e, r, n, s);
        return this.cache.set(i2, { lastUsed: this.counter++, data: c }), this.prune(), c;
      });
    }
    prune() {
      if (this.cache.size > this.maxCacheEntries) {
        let t = 1 / 0, e;
        this.cache.forEach((r, n) => {
          r.lastUsed < t && (t = r.lastUsed, e = n);
        }), e && this.cache.delete(e);
      }
    }
    invalidate(t) {
      return h(this, null, function* () {
        this.cache.delete(t.getKey());
      });
    }
  };
  d(U, "ResolvedValueCache");
  var M = class M2 {
    constructor(t = 100, e = true, r = P) {
      this.cache = /* @__PURE__ */ new Map(), this.invalidations = /* @__PURE__ */ new Map(), this.pendingFetches = /* @__PURE__ */ new Map(), this.maxCacheEntries = t, this.counter = 1, this.decompress = r;
    }
    getHeader(t) {
      return h(this, null, function* () {
        let e = t.getKey(), r = this.cache.get(e);
        if (r) return r.lastUsed = this.counter++, yield r.data;
        let n = new Promise((s, i2) => {
          V(t, this.decompress).then((a) => {
            a[1] && this.cache.set(a[1][0], { lastUsed: this.counter++, data: Promise.resolve(a[1][2]) }), s(a[0]), this.prune();
          }).catch((a) => {
            i2(a);
          });
        });
        return this.cache.set(e, { lastUsed: this.counter++, data: n }), n;
      });
    }
    trackSignal(t, e, r) {
      e.refs++, r.addEventListener("abort", () => {
        --e.refs <= 0 && this.pendingFetches.get(t) === e && (e.controller.abort(), this.cache.delete(t), this.pendingFetches.delete(t));
      }, { once: true });
    }
    getDirectory(t, e, r, n, s) {
      return h(this, null, function* () {
        let i2 = `${t.getKey()}|${n.etag || ""}|${e}|${r}`, a = this.cache.get(i2);
        if (a) {
          a.lastUsed = this.counter++;
          let m = this.pendingFetches.get(i2);
          return m && this.trackSignal(i2, m, s != null ? s : new AbortController().signal), yield a.data;
        }
        let c = new AbortController(), l = { controller: c, refs: 0 };
        this.trackSignal(i2, l, s != null ? s : new AbortController().signal), this.pendingFetches.set(i2, l);
        let u = new Promise((m, g) => {
          F(t, this.decompress, e, r, n, c.signal).then((p) => {
            this.pendingFetches.delete(i2), m(p), this.prune();
          }).catch((p) => {
            g(p);
          });
        });
        return this.cache.set(i2, { lastUsed: this.counter++, data: u }), u;
      });
    }
    prune() {
      if (this.cache.size >= this.maxCacheEntries) {
        let t = 1 / 0, e;
        this.cache.forEach((r, n) => {
          r.lastUsed < t && (t = r.lastUsed, e = n);
        }), e && this.cache.delete(e);
      }
    }
    invalidate(t) {
      return h(this, null, function* () {
        let e = t.getKey();
        if (this.invalidations.get(e)) return yield this.invalidations.get(e);
        this.cache.delete(t.getKey());
        let r = new Promise((n, s) => {
          this.getHeader(t).then((i2) => {
            n(), this.invalidations.delete(e);
          }).catch((i2) => {
            s(i2);
          });
        });
        this.invalidations.set(e, r);
      });
    }
  };
  d(M, "SharedPromiseCache");
  var C = M;
  var H = class H2 {
    constructor(t, e, r) {
      typeof t == "string" ? this.source = new E(t) : this.source = t, r ? this.decompress = r : this.decompress = P, e ? this.cache = e : this.cache = new C();
    }
    getHeader() {
      return h(this, null, function* () {
        return yield this.cache.getHeader(this.source);
      });
    }
    getZxyAttempt(t, e, r, n) {
      return h(this, null, function* () {
        let s = q(t, e, r), i2 = yield this.cache.getHeader(this.source);
        if (n == null || n.throwIfAborted(), t < i2.minZoom || t > i2.maxZoom) return;
        let a = i2.rootDirectoryOffset, c = i2.rootDirectoryLength;
        for (let l = 0; l <= 3; l++) {
          let u = yield this.cache.getDirectory(this.source, a, c, i2, n);
          n == null || n.throwIfAborted();
          let m = Q(u, s);
          if (m) {
            if (m.runLength > 0) {
              let g = yield this.source.getBytes(i2.tileDataOffset + m.offset, m.length, n, i2.etag);
              return { data: yield this.decompress(g.data, i2.tileCompression), cacheControl: g.cacheControl, expires: g.expires };
            }
            a = i2.leafDirectoryOffset + m.offset, c = m.length;
          } else return;
        }
        throw new Error("Maximum directory depth exceeded");
      });
    }
    getZxy(t, e, r, n) {
      return h(this, null, function* () {
        try {
          return yield this.getZxyAttempt(t, e, r, n);
        } catch (s) {
          if (s instanceof v) return this.cache.invalidate(this.source), yield this.getZxyAttempt(t, e, r, n);
          throw s;
        }
      });
    }
    getMetadataAttempt() {
      return h(this, null, function* () {
        let t = yield this.cache.getHeader(this.source), e = yield this.source.getBytes(t.jsonMetadataOffset, t.jsonMetadataLength, void 0, t.etag), r = yield this.decompress(e.data, t.internalCompression), n = new TextDecoder("utf-8");
        return JSON.parse(n.decode(r));
      });
    }
    getMetadata() {
      return h(this, null, function* () {
        try {
          return yield this.getMetadataAttempt();
        } catch (t) {
          if (t instanceof v) return this.cache.invalidate(this.source), yield this.getMetadataAttempt();
          throw t;
        }
      });
    }
    getTileJson(t) {
      return h(this, null, function* () {
        let e = yield this.getHeader(), r = yield this.getMetadata(), n = _(e.tileType);
        return { tilejson: "3.0.0", scheme: "xyz", tiles: [`${t}/{z}/{x}/{y}${n}`], vector_layers: r.vector_layers, attribution: r.attribution, description: r.description, name: r.name, version: r.version, bounds: [e.minLon, e.minLat, e.maxLon, e.maxLat], center: [e.centerLon, e.centerLat, e.centerZoom], minzoom: e.minZoom, maxzoom: e.maxZoom };
      });
    }
  };
  d(H, "PMTiles");
  var w = H;

  // src/tiles/archive.js
  function openArchive(data) {
    const parts = new Parts(data);
    if (location.protocol === "file:") return new w(parts);
    return new w(new Ranges(new URL(data.archive, location.href).href, data, parts));
  }
  var Ranges = class {
    constructor(address, data, parts) {
      this.address = address;
      this.data = data;
      this.parts = parts;
      this.whole = false;
    }
    getKey() {
      return this.address;
    }
    async getBytes(offset, length, signal) {
      if (this.whole) return this.parts.getBytes(offset, length);
      const last = Math.min(offset + length, this.data.size) - 1;
      const answer = await fetch(this.address, { headers: { range: `bytes=${offset}-${last}` }, signal });
      if (answer.status !== 206) {
        answer.body?.cancel();
        this.whole = true;
        return this.parts.getBytes(offset, length);
      }
      return { data: await answer.arrayBuffer() };
    }
  };
  var Parts = class {
    constructor(data) {
      this.data = data;
      this.loaded = /* @__PURE__ */ new Map();
      this.waiting = /* @__PURE__ */ new Map();
      window.kosovoHazardsPart = (number, text) => this.waiting.get(number)?.(text);
    }
    getKey() {
      return this.data.parts;
    }
    async getBytes(offset, length) {
      const { partBytes, size } = this.data;
      const end = Math.min(offset + length, size), bytes = new Uint8Array(end - offset);
      const first = Math.floor(offset / partBytes), last = Math.floor((end - 1) / partBytes);
      const numbers = Array.from({ length: last - first + 1 }, (_2, at) => first + at);
      const parts = await Promise.all(numbers.map((number) => this.part(number)));
      for (const [at, part] of parts.entries()) {
        const start2 = numbers[at] * partBytes;
        const from = Math.max(offset - start2, 0), to = Math.min(end - start2, part.length);
        bytes.set(part.subarray(from, to), start2 + from - offset);
      }
      return { data: bytes.buffer };
    }
    part(number) {
      if (!this.loaded.has(number)) this.loaded.set(number, this.load(number));
      return this.loaded.get(number);
    }
    load(number) {
      return new Promise((give, fail) => {
        const script = document.createElement("script");
        this.waiting.set(number, (text) => {
          this.waiting.delete(number);
          give(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
        });
        script.onload = () => script.remove();
        script.onerror = () => {
          script.remove();
          this.loaded.delete(number);
          fail(new Error(`part ${number}`));
        };
        script.src = `${this.data.parts}/${String(number).padStart(5, "0")}.js`;
        document.head.append(script);
      });
    }
  };

  // src/tiles/drawing.js
  var RED = "255, 0, 0";
  var ORANGE = "244, 167, 24";
  var SIGN_PX = 8;
  var HATCH_PX = 7;
  var SPECK_PX = 5;
  var RELEASED = /* @__PURE__ */ new Set(["closed", "handed over"]);
  function drawTile(context, tile, view) {
    for (const layer of ["cells", "hazards", "rejected"]) {
      const features = tile?.layers[layer];
      if (!features) continue;
      const scale = view.size / features.extent;
      for (let at = 0; at < features.length; at++) {
        const feature = features.feature(at);
        if (layer === "rejected") drawSign(context, feature, scale, view);
        else drawArea(context, feature, scale, view, layer === "cells");
      }
    }
  }
  function drawArea(context, feature, scale, view, isCell) {
    const { properties } = feature;
    const [west, north, east, south] = feature.bbox();
    context.beginPath();
    const speck = Math.max(east - west, south - north) * scale < SPECK_PX;
    if (speck) {
      const x3 = (west + east) / 2 * scale - view.left, y2 = (north + south) / 2 * scale - view.top;
      context.rect(x3 - SPECK_PX / 2, y2 - SPECK_PX / 2, SPECK_PX, SPECK_PX);
    } else trace(context, feature.loadGeometry(), scale, view);
    if (isCell) {
      const strength = Math.min(0.85, 0.25 + 0.12 * Math.log2(1 + properties.areas));
      context.fillStyle = `rgba(${properties.confirmed > 0 ? RED : ORANGE}, ${strength})`;
      context.fill();
      return;
    }
    const released = RELEASED.has(properties.status), confirmed = properties.hazard_type !== "SHA";
    if (!released) {
      context.fillStyle = confirmed ? `rgba(${RED}, 0.5)` : hatch(context);
      context.fill("evenodd");
    }
    context.lineWidth = 1.5;
    context.setLineDash(!released && !confirmed && !speck ? [6, 3] : []);
    context.strokeStyle = released ? "#2a7d2a" : confirmed ? "#b00000" : "#8a5a00";
    context.stroke();
  }
  function trace(context, rings, scale, view) {
    for (const ring of rings) {
      for (const [at, point] of ring.entries()) {
        const x3 = point.x * scale - view.left, y2 = point.y * scale - view.top;
        if (at) context.lineTo(x3, y2);
        else context.moveTo(x3, y2);
      }
      context.closePath();
    }
  }
  var pattern;
  function hatch(context) {
    if (pattern) return pattern;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = HATCH_PX;
    const brush = canvas.getContext("2d");
    brush.fillStyle = `rgba(${ORANGE}, 0.5)`;
    brush.fillRect(0, 0, HATCH_PX, HATCH_PX);
    brush.strokeStyle = `rgba(138, 90, 0, 0.75)`;
    brush.beginPath();
    for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
      brush.moveTo(shift, HATCH_PX);
      brush.lineTo(shift + HATCH_PX, 0);
    }
    brush.stroke();
    pattern = context.createPattern(canvas, "repeat");
    return pattern;
  }
  function drawSign(context, feature, scale, view) {
    for (const [point] of feature.loadGeometry()) {
      const x3 = point.x * scale - view.left, y2 = point.y * scale - view.top;
      context.setLineDash([]);
      context.beginPath();
      context.arc(x3, y2, SIGN_PX, 0, 2 * Math.PI);
      context.fillStyle = "#ffffff";
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = "#4b0082";
      context.stroke();
      context.fillStyle = "#4b0082";
      context.font = "bold 12px sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText("?", x3, y2 + 1);
    }
  }

  // src/tiles/main.js
  var TILE_PX = 256;
  var NEAR_PX = 10;
  var MOST_TOLD = 12;
  var NAMES_ZOOM = 9.5;
  var TOLD = ["hazard_id", "hazard_type", "status", "area_m2", "municipality", "contamination", "priority"];
  function start(box, data) {
    const words = speaker(data.texts);
    const [west, south, east, north] = data.bounds;
    const map = L.map(box, { minZoom: data.coarsest, maxZoom: 19, attributionControl: false, zoomSnap: 0.5 });
    map.fitBounds(
      [
        [south, west],
        [north, east]
      ],
      { padding: [20, 20] }
    );
    L.control.scale({ imperial: false }).addTo(map);
    drawPlaces(map, data.places);
    if (isNarrow()) for (const legend of document.querySelectorAll(".kh-legend")) legend.open = false;
    tellExpiry(document.querySelector("header"), data.expiry);
    const tiles = new Tiles(openArchive(data), data, () => failed(box, words));
    new Layer(tiles, data).addTo(map);
    map.on("click", (event) => tellOf(map, tiles, words, event.latlng));
    box.map = map;
    return map;
  }
  function drawPlaces(map, places) {
    const pane = map.createPane("places");
    pane.style.zIndex = 150;
    const lines = places.flatMap((place) => place.lines);
    L.polyline(lines, { pane: "places", color: "#8a8f94", weight: 1, interactive: false }).addTo(map);
    const names = L.layerGroup(
      places.map(
        (place) => L.marker(place.at, {
          icon: L.divIcon({ className: "kh-place", html: element("span", {}, place.name) }),
          interactive: false,
          keyboard: false
        })
      )
    );
    const show = () => map.getZoom() >= NAMES_ZOOM ? names.addTo(map) : names.remove();
    map.on("zoomend", show);
    show();
  }
  var Tiles = class {
    constructor(archive, data, onFail) {
      this.archive = archive;
      this.data = data;
      this.onFail = onFail;
      this.known = /* @__PURE__ */ new Map();
    }
    // The tile that holds the ground of a square of the map, nearer than the last zoom the one around it.
    around(coords) {
      const z2 = Math.min(coords.z, this.data.finest), by = 2 ** (coords.z - z2);
      return { z: z2, x: Math.floor(coords.x / by), y: Math.floor(coords.y / by), by };
    }
    get({ z: z2, x: x3, y: y2 }) {
      const world = 2 ** z2, key = `${z2}/${x3}/${y2}`;
      if (y2 < 0 || y2 >= world) return Promise.resolve(null);
      if (!this.known.has(key)) {
        if (this.known.size > 300) this.known.delete(this.known.keys().next().value);
        const asked = this.archive.getZxy(z2, (x3 % world + world) % world, y2).then(
          (found) => found ? new VectorTile(new PbfReader(new Uint8Array(found.data))) : null,
          () => {
            this.known.delete(key);
            this.onFail();
            return void 0;
          }
        );
        this.known.set(key, asked);
      }
      return this.known.get(key);
    }
  };
  var Layer = L.GridLayer.extend({
    initialize(tiles, data) {
      L.GridLayer.prototype.initialize.call(this, { tileSize: TILE_PX, minZoom: data.coarsest, maxZoom: 19 });
      this.tiles = tiles;
    },
    createTile(coords, done) {
      const density = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
      const canvas = element("canvas", { width: TILE_PX * density, height: TILE_PX * density });
      const around = this.tiles.around(coords);
      this.tiles.get(around).then((tile) => {
        const context = canvas.getContext("2d");
        context.scale(density, density);
        const view = {
          size: TILE_PX * around.by,
          left: (coords.x - around.x * around.by) * TILE_PX,
          top: (coords.y - around.y * around.by) * TILE_PX
        };
        if (tile === void 0) mark(context);
        else drawTile(context, tile, view);
        done(null, canvas);
      });
      return canvas;
    }
  });
  function mark(context) {
    context.fillStyle = "rgba(75, 0, 130, 0.25)";
    context.fillRect(0, 0, TILE_PX, TILE_PX);
  }
  function failed(box, words) {
    if (box.parentElement.querySelector(".kh-failed")) return;
    box.parentElement.append(element("p", { class: "kh-failed", role: "alert" }, words.t("tiles.failed")));
  }
  async function tellOf(map, tiles, words, place) {
    const zoom = Math.max(0, Math.min(Math.round(map.getZoom()), tiles.data.finest));
    const point = map.project(place, zoom).divideBy(TILE_PX);
    const coords = { z: zoom, x: Math.floor(point.x), y: Math.floor(point.y) };
    const tile = await tiles.get(coords);
    if (!tile) return;
    const found = [];
    const pixels = NEAR_PX / 2 ** (map.getZoom() - zoom);
    for (const layer of ["rejected", "hazards", "cells"]) {
      const features = tile.layers[layer];
      if (!features) continue;
      const x3 = (point.x - coords.x) * features.extent, y2 = (point.y - coords.y) * features.extent;
      const near = pixels / TILE_PX * features.extent;
      for (let at = 0; at < features.length; at++) {
        const feature = features.feature(at);
        if (layer === "rejected" ? isNear(feature, x3, y2, near) : contains(feature.loadGeometry(), x3, y2))
          found.push([layer, feature.properties]);
      }
    }
    if (!found.length) return;
    const content = element("div", {}, ...found.slice(0, MOST_TOLD).map(([layer, facts]) => told(layer, facts, words)));
    const more = found.length - MOST_TOLD;
    if (more > 0) content.append(element("p", { class: "kh-more" }, words.t("tiles.more", { n: words.number(more) })));
    L.popup({ maxWidth: 320 }).setLatLng(place).setContent(content).openOn(map);
  }
  function told(layer, facts, words) {
    const { t } = words;
    if (layer === "cells")
      return list([
        [t("field.areas"), words.number(facts.areas)],
        [t("hazard_type.CHA"), words.number(facts.confirmed)]
      ]);
    if (layer === "rejected")
      return list([
        [t("rejected.short"), facts.record_id],
        [t("rejected.extent"), facts.reason]
      ]);
    return list(
      TOLD.filter((name) => Object.hasOwn(facts, name)).map((name) => [
        t(`field.${name}`),
        value(name, facts[name], words)
      ])
    );
  }
  function value(name, given, words) {
    if (name === "area_m2") return words.area(given);
    if (given === "") return words.t("unknown");
    const key = `${name}.${given}`;
    return words.has(key) ? words.t(key) : given;
  }
  function list(rows) {
    const cells = rows.flatMap(([name, text]) => [
      element("dt", {}, String(name)),
      element("dd", {}, String(text ?? ""))
    ]);
    return element("dl", { class: "kh-popup" }, ...cells);
  }
  function isNear(feature, x3, y2, near) {
    return feature.loadGeometry().some(([point]) => Math.hypot(point.x - x3, point.y - y2) <= near);
  }
  function contains(rings, x3, y2) {
    let inside = false;
    for (const ring of rings)
      for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
        const a = ring[at], b2 = ring[before];
        if (a.y > y2 !== b2.y > y2 && x3 < (b2.x - a.x) * (y2 - a.y) / (b2.y - a.y) + a.x) inside = !inside;
      }
    return inside;
  }
  return __toCommonJS(main_exports);
})();
