// Bytes of the archive: by ranges from a server, or by parts beside a page that was opened from a folder.

import { PMTiles } from "pmtiles";

export function openArchive(data) {
  const parts = new Parts(data);
  if (location.protocol === "file:") return new PMTiles(parts);
  return new PMTiles(new Ranges(new URL(data.archive, location.href).href, data, parts));
}

// A server that knows no ranges sends the whole archive for each tile; then the parts are asked for.
class Ranges {
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
}

class Parts {
  constructor(data) {
    this.data = data;
    this.loaded = new Map();
    this.waiting = new Map();
    window.kosovoHazardsPart = (number, text) => this.waiting.get(number)?.(text);
  }

  getKey() {
    return this.data.parts;
  }

  async getBytes(offset, length) {
    const { partBytes, size } = this.data;
    const end = Math.min(offset + length, size),
      bytes = new Uint8Array(end - offset);
    const first = Math.floor(offset / partBytes),
      last = Math.floor((end - 1) / partBytes);
    const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const parts = await Promise.all(numbers.map((number) => this.part(number)));
    for (const [at, part] of parts.entries()) {
      const start = numbers[at] * partBytes;
      const from = Math.max(offset - start, 0),
        to = Math.min(end - start, part.length);
      bytes.set(part.subarray(from, to), start + from - offset);
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
}
