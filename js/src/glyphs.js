// What stands inside the sign of a small area: its contamination, by shape, in an ink that its ground lets be read.

import { own } from "./dom.js";

const HALF_PX = 4.1,
  WIDTH_PX = 1.5;

// Nothing is said inside of signs where a register knows no contamination at all.
export function glyphOf(glyphs, word, known) {
  if (!known) return null;
  return own(glyphs, word) ?? glyphs[""];
}

export function drawGlyph(context, parts, x, y, ink, scale = 1) {
  const half = HALF_PX * scale;
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
