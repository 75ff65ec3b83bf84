// What is shown: groups by type, status, contamination, priority, place and product, each with number and area.

import { element } from "./dom.js";
import { inOrder, ORDERS } from "./words.js";

export class Layers {
  constructor(app, panel) {
    this.app = app;
    this.panel = panel;
    this.boxes = [];
    this.build();
  }

  build() {
    const { app } = this,
      { t } = app.say;
    const all = (on) =>
      element(
        "button",
        { type: "button", class: "kh-button", onclick: () => this.setAll(on), "data-kh-all": on ? "on" : "off" },
        t(on ? "layers.all_on" : "layers.all_off"),
      );
    this.panel.append(element("div", { class: "kh-buttons" }, all(true), all(false)));
    for (const records of [app.layer("hazards"), app.layer("releases")].filter(Boolean)) {
      this.panel.append(element("h2", {}, t(records.kind === "hazards" ? "layers.hazards" : "layers.releases")));
      for (const facet of records.facets.values()) this.panel.append(this.facet(records, facet));
    }
    if (app.scene.points.length) this.panel.append(element("h2", {}, t("layers.points")), this.pointSwitches());
    const switches = [...(app.places ? this.placeSwitches() : []), ...this.contextSwitches()];
    if (switches.length)
      this.panel.append(element("h2", {}, t("layers.map")), element("ul", { class: "kh-tree" }, ...switches));
    this.update();
  }

  facet(records, facet) {
    const { app } = this,
      { t } = app.say;
    const open = facet.name === "hazard_type" || facet.name === "product";
    return element(
      "details",
      { class: "kh-facet", open, "data-kh-facet": `${records.kind}:${facet.name}` },
      element("summary", {}, t(`facet.${facet.name}`)),
      this.branch(facet, records.tally(facet.name), facet.groups, 0),
    );
  }

  // One level of the tree: the groups that share the word at this depth, with what lies below them.
  branch(facet, sums, groups, depth) {
    const words = inOrder([...new Set(groups.map((group) => group.path[depth]))], ORDERS[facet.columns[depth]] ?? []);
    const items = words.map((word) => {
      const members = groups.filter((group) => group.path[depth] === word);
      const deeper = depth + 1 < facet.columns.length;
      const box = this.checkbox(sums, members, this.app.word(facet.columns[depth], word));
      if (!deeper) return element("li", {}, box);
      const below = this.branch(facet, sums, members, depth + 1);
      below.hidden = true;
      const name = this.app.word(facet.columns[depth], word);
      const toggle = element("button", {
        type: "button",
        class: "kh-toggle",
        "aria-expanded": "false",
        "aria-label": this.app.say.t("layers.expand", { name }),
      });
      toggle.addEventListener("click", () => {
        below.hidden = !below.hidden;
        toggle.setAttribute("aria-expanded", String(!below.hidden));
      });
      return element("li", {}, element("div", { class: "kh-branch" }, toggle, box), below);
    });
    return element("ul", { class: "kh-tree" }, ...items);
  }

  checkbox(sums, members, label) {
    const input = element("input", { type: "checkbox" });
    const total = members
      .map((group) => sums[group.code].all)
      .reduce((a, b) => ({ count: a.count + b.count, area: a.area + b.area, unknown: a.unknown + b.unknown }));
    input.addEventListener("change", () => {
      for (const group of members) group.on = input.checked;
      this.app.refresh();
    });
    this.boxes.push({ input, members });
    return element(
      "label",
      { class: "kh-check" },
      input,
      element("span", { class: "kh-check-label" }, label),
      element("span", { class: "kh-amount" }, this.app.amount(total)),
    );
  }

  pointSwitches() {
    const { t, number } = this.app.say;
    const items = this.app.scene.points.map((points) => {
      const input = element("input", { type: "checkbox" });
      input.addEventListener("change", () => {
        points.on = input.checked;
        this.app.refresh();
      });
      this.boxes.push({ input, members: [points] });
      return element(
        "li",
        {},
        element(
          "label",
          { class: "kh-check", "data-kh-points": points.kind },
          input,
          element("span", { class: "kh-check-label" }, t(`points.${points.kind}`)),
          element("span", { class: "kh-amount" }, number(points.count)),
        ),
      );
    });
    return element("ul", { class: "kh-tree" }, ...items);
  }

  contextSwitches() {
    const { app } = this;
    return app.scene.context.map((lines) =>
      this.mapSwitch(lines.kind, app.say.t(lines.words), (on) => {
        lines.on = on;
      }),
    );
  }

  // One line of the tree with a box that shows or hides a part of the map.
  mapSwitch(name, words, set) {
    const input = element("input", { type: "checkbox" });
    input.checked = true;
    input.addEventListener("change", () => {
      set(input.checked);
      this.app.refresh();
    });
    return element(
      "li",
      {},
      element(
        "label",
        { class: "kh-check", "data-kh-switch": name },
        input,
        element("span", { class: "kh-check-label" }, words),
      ),
    );
  }

  placeSwitches() {
    const { app } = this,
      { places } = app;
    const names = [...places.levels.map((level) => level.level), "names", ...(places.shade ? ["shade"] : [])];
    return names.map((name) => {
      const label =
        name === "names" ? "layers.names" : name === "shade" ? `shade.${places.shade.measure}` : `border.${name}`;
      return this.mapSwitch(name, app.levelWord(name, label), (on) => {
        if (name === "shade") places.shade.on = on;
        else places.on[name] = on;
      });
    });
  }

  setAll(on) {
    for (const records of this.app.scene.layers)
      for (const facet of records.facets.values()) for (const group of facet.groups) group.on = on;
    for (const points of this.app.scene.points) points.on = on;
    this.app.refresh();
  }

  update() {
    for (const { input, members } of this.boxes) {
      const on = members.filter((group) => group.on).length;
      input.checked = on === members.length;
      input.indeterminate = on > 0 && on < members.length;
    }
  }
}
