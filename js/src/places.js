// Outlines of places and their shading.

const SHADES = ["#eef3f8", "#c9d9e8", "#9dbbd6", "#6d97bf", "#3f6f9f", "#255079", "#153654", "#0c2238", "#06121f"];

// Of the lowest level, and of those above it.
const BORDERS = [
  { colour: "rgba(90,90,90,0.55)", width: 0.9, halo: "rgba(255,255,255,0.4)", edge: 1.3 },
  { colour: "#5a5a5a", width: 1.8, halo: "rgba(255,255,255,0.7)", edge: 2 },
];

export function shadeColour(index, count) {
  return SHADES[Math.round((index * (SHADES.length - 4)) / Math.max(1, count - 1))] ?? SHADES[0];
}

export function drawPlaces(renderer, context, places, view) {
  const { levels, on, shade } = places,
    { onTiles } = renderer.scene.symbols;
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
  return (
    box[at] * world - x <= bounds.max.x &&
    box[at + 2] * world - x >= bounds.min.x &&
    box[at + 1] * world - y <= bounds.max.y &&
    box[at + 3] * world - y >= bounds.min.y
  );
}
