// Hills that the caller gives, as a picture of shade: black of little opacity, through which all below is seen.

import { worldX, worldY } from "./coding.js";
import { element } from "./dom.js";

export async function readRelief({ data, box: [west, south, east, north], whole }) {
  const picture = new Image();
  picture.src = `data:image/png;base64,${data}`;
  await picture.decode();
  return new Relief(picture, [worldX(west), worldY(north), worldX(east), worldY(south)], whole);
}

class Relief {
  constructor(picture, box, whole) {
    // Where heights are not known everywhere, the legend says so.
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
    const picture = element("canvas", { width: 60, height: 40, class: "kh-swatch", "aria-hidden": "true" }),
      pen = picture.getContext("2d");
    pen.scale(2, 2);
    // Two hills, lit from the left.
    for (const [west, top, east] of [
      [1, 10, 17],
      [13, 21, 29],
    ])
      for (const [foot, dark] of [
        [west, 0.1],
        [east, 0.34],
      ]) {
        pen.fillStyle = `rgba(0,0,0,${dark})`;
        pen.beginPath();
        pen.moveTo(top, 4);
        pen.lineTo(foot, 17);
        pen.lineTo(top, 17);
        pen.fill();
      }
    return picture;
  }
}
