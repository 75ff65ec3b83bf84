// Fewer points for a zoom level, and never less ground: each step adds a triangle to the ring, none takes one away.
//
// Rings are filled by the non-zero rule with shells and holes wound opposite ways. Leaving out a point where the ring
// turns towards the outside of the ground, or replacing an edge by the corner in which its neighbours meet, raises the
// winding number inside one triangle and lowers it nowhere. So whatever was filled stays filled, also in holes, also
// where rings cross. On the screen (y down) ground lies to the left of each edge as one walks along it, and a turn is
// to the right when its cross product is positive.

function turn(ax, ay, bx, by, cx, cy) {
  return (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
}

function offLine(px, py, ax, ay, cx, cy) {
  const dx = cx - ax,
    dy = cy - ay,
    squared = dx * dx + dy * dy;
  if (squared === 0) return Math.hypot(px - ax, py - ay);
  const share = Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / squared));
  return Math.hypot(px - ax - share * dx, py - ay - share * dy);
}

// Simplifies the first `count` points of `xs`, `ys` in place, within `tolerance`; gives the new number of points.
export function simplifyOutward(xs, ys, count, tolerance) {
  if (count < 5 || tolerance <= 0) return count;
  const fewer = leaveOutDents(xs, ys, count, tolerance);
  return fewer < 6 ? fewer : extendCorners(xs, ys, fewer, tolerance);
}

function leaveOutDents(xs, ys, count, tolerance) {
  let kept = 0,
    last = 0;
  for (let i = 1; i < count; i++) {
    const next = (i + 1) % count;
    const cx = next === 0 ? xs[0] : xs[next],
      cy = next === 0 ? ys[0] : ys[next];
    const dent = turn(xs[kept], ys[kept], xs[i], ys[i], cx, cy) >= 0;
    if (dent && i - last < 40 && near(xs, ys, last + 1, i, xs[kept], ys[kept], cx, cy, tolerance)) continue;
    kept += 1;
    last = i;
    xs[kept] = xs[i];
    ys[kept] = ys[i];
  }
  return kept + 1;
}

// Whether all points left out lie close to the chord that stands for them.
function near(xs, ys, from, to, ax, ay, cx, cy, tolerance) {
  for (let i = from; i <= to; i++) if (offLine(xs[i], ys[i], ax, ay, cx, cy) > tolerance) return false;
  return true;
}

function extendCorners(xs, ys, count, tolerance) {
  let kept = 1;
  for (let i = 1; i < count; ) {
    const a = kept - 1;
    if (i + 2 <= count) {
      const c = i + 1 < count ? i + 1 : 0,
        d = (i + 2) % count;
      const corner = c !== 0 && meeting(xs[a], ys[a], xs[i], ys[i], xs[c], ys[c], xs[d], ys[d], tolerance);
      if (corner) {
        xs[kept] = corner[0];
        ys[kept] = corner[1];
        kept += 1;
        i += 2;
        // The next edge starts at a point of its own, so that growth does not add up.
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

// Where a→b and d→c meet beyond b and c, if that lies outside the ground and close to the edge b–c.
function meeting(ax, ay, bx, by, cx, cy, dx, dy, tolerance) {
  if (turn(ax, ay, bx, by, cx, cy) >= 0 || turn(bx, by, cx, cy, dx, dy) >= 0) return null;
  const ux = bx - ax,
    uy = by - ay,
    vx = cx - dx,
    vy = cy - dy;
  const cross = ux * vy - uy * vx;
  if (Math.abs(cross) < 1e-12) return null;
  const s = ((cx - bx) * vy - (cy - by) * vx) / cross;
  const t = ((cx - bx) * uy - (cy - by) * ux) / cross;
  if (!(s > 0 && t > 0)) return null;
  const px = bx + s * ux,
    py = by + s * uy;
  return Math.abs(turn(bx, by, cx, cy, px, py)) / Math.hypot(cx - bx, cy - by) <= tolerance ? [px, py] : null;
}
