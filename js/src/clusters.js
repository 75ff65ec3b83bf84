// Where signs would heap upon each other, one round sign tells how many areas it stands for. Every area is in one such
// sign, is a sign of its own or is drawn as it is; and the ground of each is drawn below the sign that counts it.

import { element } from "./dom.js";
import { CLOSED } from "./records.js";

const SIGN_REACH = 5.5,
  ROOMY_REACH = 7.5,
  OVERLAP = 0.92,
  HIDDEN_PX = 2,
  DEEPEST = 20,
  INK = "#1a0d00";
// Confirmed before suspected before unknown; what is closed comes last, so no sign with a hazard in it looks released.
const GRAVITY = ["CHA", "SHA", ""];

export function radiusOf(count, scale = 1) {
  return scale * (count < 10 ? 10 : count < 100 ? 11.5 : count < 1000 ? 14 : 17);
}

// Groups of items `{x, y, reach, sign}`, in pixels: signs that would lie on each other, and small areas drawn as they
// are that such a group would hide. Each item is in exactly one group, whatever the order of merging.
export function heaps(items, scale = 1) {
  let groups = items.map((item) => ({ x: item.x, y: item.y, reach: item.reach, members: [item] })),
    before = Infinity;
  while (groups.length < before) {
    before = groups.length;
    groups = mergedOnce(groups, scale);
  }
  return groups;
}

function mergedOnce(groups, scale) {
  const widest = groups.reduce((most, group) => Math.max(most, group.reach), 1),
    size = 2 * widest;
  const cells = new Map(),
    kept = [];
  // The larger first: it takes up those beside it.
  for (const group of groups.toSorted((a, b) => b.members.length - a.members.length)) {
    const column = Math.floor(group.x / size),
      row = Math.floor(group.y / size);
    let taker = null;
    for (let c = column - 1; c <= column + 1 && !taker; c++)
      for (let r = row - 1; r <= row + 1 && !taker; r++)
        taker = cells.get(`${c} ${r}`)?.find((other) => lieOnEachOther(other, group)) ?? null;
    if (taker) taker.taken.push(group);
    else {
      const placed = { ...group, taken: [] },
        key = `${column} ${row}`;
      kept.push(placed);
      if (cells.has(key)) cells.get(key).push(placed);
      else cells.set(key, [placed]);
    }
  }
  return kept.map(({ taken, ...group }) => (taken.length ? joined([group, ...taken], scale) : group));
}

function joined(groups, scale) {
  const members = groups.flatMap((group) => group.members),
    mean = (name) => groups.reduce((sum, group) => sum + group[name] * group.members.length, 0) / members.length;
  return { x: mean("x"), y: mean("y"), reach: radiusOf(members.length, scale), members };
}

function lieOnEachOther(one, other) {
  const apart = Math.hypot(one.x - other.x, one.y - other.y);
  const asDrawn = [one, other].filter((group) => group.members.length === 1 && !group.members[0].sign);
  if (!asDrawn.length) return apart < OVERLAP * (one.reach + other.reach);
  // An area that is drawn as it is stays so, unless the sign of a group would hide it.
  const [area] = asDrawn,
    group = area === one ? other : one;
  return asDrawn.length === 1 && group.members.length > 1 && apart + area.reach <= group.reach + HIDDEN_PX;
}

export class Clusters {
  constructor(app) {
    this.app = app;
    this.shown = [];
    this.buttons = new Map();
    const pane = app.map.createPane("clusters");
    pane.style.zIndex = 645;
    // Clicks go to the ground, where rejected records and points come first.
    pane.style.pointerEvents = "none";
    this.list = element("div", { class: "leaflet-zoom-hide", role: "group", "aria-label": app.say.t("cluster.group") });
    pane.append(this.list);
  }

  // What of a layer is told by groups in this view; the same wherever the view is moved to.
  of(records, rows, view, signPx) {
    if (records.kind !== "hazards" || this.app.content.public) return [];
    const scale = this.app.scene.textScale,
      all = records.count <= 20000,
      version = `${view.world} ${records.version} ${scale}`;
    if (!all || this.known?.version !== version) {
      const candidates = all ? Array.from({ length: records.count }, (_, row) => row) : rows;
      const items = candidates.map((row) => itemOf(records, row, view.world, signPx, scale)).filter(Boolean);
      const groups = heaps(items, scale)
        .filter(({ members }) => members.length > 1)
        .map((group) => this.described(records, group));
      this.known = { version, groups };
    }
    const margin = 2 * radiusOf(1000, scale),
      { min, max } = view.bounds;
    return this.known.groups
      .map((group) => ({ ...group, x: group.x - view.x, y: group.y - view.y }))
      .filter(({ x, y }) => x > min.x - margin && x < max.x + margin && y > min.y - margin && y < max.y + margin);
  }

  described(records, { x, y, reach, members }) {
    const rows = members.map((member) => member.row),
      tally = new Map();
    for (const row of rows) tally.set(kindOf(records, row), (tally.get(kindOf(records, row)) ?? 0) + 1);
    const worst = rows.reduce((a, b) => (this.gravity(records, b) < this.gravity(records, a) ? b : a));
    return { records, x, y, reach, rows, tally, worst, closed: tally.get("closed") === rows.length };
  }

  // In a map of ranks the most urgent, else the most certain.
  gravity(records, row) {
    const kind = kindOf(records, row);
    if (kind === "closed") return 1000;
    const rank = this.app.scene.symbols.rankClasses.indexOf(records.value(row, "rank_class") ?? "");
    return 10 * (rank < 0 ? 50 : rank) + GRAVITY.indexOf(kind);
  }

  draw(context, groups) {
    // The graver lie above.
    for (const group of groups.toSorted(
      (a, b) => this.gravity(b.records, b.worst) - this.gravity(a.records, a.worst),
    )) {
      const symbol = this.app.scene.symbols.cached(group.records, group.worst);
      clusterSign(context, symbol, group.rows.length, group.x, group.y, this.app.scene.textScale, {
        closed: group.closed,
        text: this.app.say.number(group.rows.length),
      });
    }
  }

  // A button for each sign in the frame, seen by those who use keys or hear the page.
  tell(groups, [west, north, east, south]) {
    this.shown = groups;
    const there = new Map();
    for (const group of groups) {
      if (group.x < west || group.x > east || group.y < north || group.y > south) continue;
      const key = `${group.rows[0]} ${group.rows.length}`,
        button = this.buttons.get(key) ?? this.button(key);
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
    const parts = [...GRAVITY, "closed"]
      .filter((kind) => group.tally.has(kind))
      .map((kind) => `${number(group.tally.get(kind))} ${this.kindWord(kind)}`);
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
    const { map, popups } = this.app,
      bounds = L.latLngBounds([]);
    for (const row of group.rows) bounds.extend(group.records.bounds(row));
    const zoom = map.getZoom(),
      deepest = Math.min(map.getMaxZoom(), DEEPEST);
    if (zoom >= deepest) {
      popups.open(
        group.rows.map((row) => ({ records: group.records, row })),
        0,
        bounds.getCenter(),
      );
      return popups.focus();
    }
    if (this.list.contains(document.activeElement)) map.getContainer().focus({ preventScroll: true });
    const nearer = Math.max(zoom + 1, map.getBoundsZoom(bounds, false, L.point(60, 60)));
    map.setView(bounds.getCenter(), Math.min(nearer, deepest));
  }
}

function kindOf(records, row) {
  if (CLOSED.has(records.value(row, "status"))) return "closed";
  const type = records.value(row, "hazard_type") ?? "";
  return GRAVITY.includes(type) ? type : "";
}

// A sign, or an area so small that the sign of a group might hide it. The first in the order of urgency keep signs of
// their own, as their numbers stand beside them.
function itemOf(records, row, world, signPx, scale) {
  if (!records.hasShape(row) || !records.isDrawn(row)) return null;
  const rank = records.numbered ? records.value(row, "rank") : null;
  if (rank !== null && rank <= records.numbered) return null;
  const { box } = records.shapes,
    width = (box[4 * row + 2] - box[4 * row]) * world,
    height = (box[4 * row + 3] - box[4 * row + 1]) * world,
    size = Math.max(width, height);
  if (size >= 2 * radiusOf(1000, scale)) return null;
  const sign = size < signPx,
    half = Math.hypot(width, height) / 2;
  return {
    row,
    sign,
    x: box[4 * row] * world + width / 2,
    y: box[4 * row + 1] * world + height / 2,
    reach: sign ? Math.max(records.knowsContamination ? ROOMY_REACH : SIGN_REACH, half) : half,
  };
}

// A disc in the colour of the gravest, with an edge that tells without any colour: whole for confirmed, broken for
// suspected, thin for closed.
export function clusterSign(context, symbol, count, x, y, scale, { closed, text }) {
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
