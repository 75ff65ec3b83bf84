// Where names stand: on no other name, inside the frame, and rather beside an area than on it.

// Ways out of the middle, and how far: in shares of the room that a name has.
const WAYS = [...Array(16).keys()].map((part) => [Math.cos((part * Math.PI) / 8), Math.sin((part * Math.PI) / 8)]);
const FAR = [0.3, 0.6, 1, 1.3, 1.6];
// A name that must be there goes farther before it is given up.
const FARTHER = [2.2, 3];
const MOST_COVERED = 0.15;
// A sign on a name is worse than a name beside its middle, and a name far from its place is worse than both.
const ASIDE = 0.03;

// Labels in the order of their weight, each with `x`, `y`, `width`, `height`, `reach` and `must`. `solid` boxes are
// never touched, `soft` ones as little as can be. Gives each label's box, or null where there is no room for it.
export function arrange(labels, { frame, solid = [], soft = [] }) {
  const taken = [...solid];
  return labels.map((label) => {
    const box = bestBox(label, frame, taken, soft);
    if (box) taken.push(box);
    return box;
  });
}

function bestBox(label, frame, taken, soft) {
  let best = null,
    least = Number.POSITIVE_INFINITY;
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
  const rings = (must ? [...FAR, ...FARTHER] : FAR).flatMap((far) =>
    WAYS.map(([right, down]) => [x + right * reach * far, y + down * reach * far, far]),
  );
  return [[x, y, 0], ...rings];
}

export function boxAround({ width, height }, x, y) {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

export function overlap(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}

export function inside(box, frame) {
  return box[0] >= frame[0] && box[1] >= frame[1] && box[2] <= frame[2] && box[3] <= frame[3];
}

// How much of a box lies under others; where these overlap it is counted twice, as such a place is the worse.
export function shareCovered(box, others) {
  let covered = 0;
  for (const other of others) {
    const wide = Math.min(box[2], other[2]) - Math.max(box[0], other[0]),
      high = Math.min(box[3], other[3]) - Math.max(box[1], other[1]);
    if (wide > 0 && high > 0) covered += wide * high;
  }
  return covered / ((box[2] - box[0]) * (box[3] - box[1]));
}
