// Outlines of places and their shading.

const SHADES = ["#eef3f8", "#c9d9e8", "#9dbbd6", "#6d97bf", "#3f6f9f", "#255079", "#153654", "#0c2238", "#06121f"];

export function shadeColour(index, count) {
  return SHADES[Math.round((index * (SHADES.length - 4)) / Math.max(1, count - 1))] ?? SHADES[0];
}

export function drawPlaces(renderer, context, places, view) {
  const { levels, on, shade } = places,
    { onTiles } = renderer.scene.symbols;
  levels.forEach((level, rank) => {
    for (let row = 0; row < level.shapes.count; row++) {
      if (!boxInView(level.shapes.box, row, view)) continue;
      renderer.path(context, level.shapes, row, view, 0);
      if (rank === 0) fillPlace(context, row, shade, onTiles, renderer.scene.symbols);
      if (!on[level.level]) continue;
      context.setLineDash([]);
      context.lineJoin = "round";
      if (onTiles) {
        context.strokeStyle = rank ? "rgba(255,255,255,0.7)" : "rgba(255,255,255,0.4)";
        context.lineWidth = rank ? 3.8 : 2.2;
        context.stroke();
      }
      context.strokeStyle = rank ? "#5a5a5a" : "rgba(90,90,90,0.55)";
      context.lineWidth = rank ? 1.8 : 0.9;
      context.stroke();
    }
  });
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
  return (
    box[at] * world - x <= bounds.max.x &&
    box[at + 2] * world - x >= bounds.min.x &&
    box[at + 1] * world - y <= bounds.max.y &&
    box[at + 3] * world - y >= bounds.min.y
  );
}
