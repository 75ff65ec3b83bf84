// The register and the released land as of a date.

import { element } from "./dom.js";
import { CLOSED } from "./records.js";

export class TimeSlider {
  constructor(app, time) {
    this.app = app;
    this.days = time.days;
    this.known = time.known;
    this.title = app.root.querySelector(".kh-subtitle");
    const { t } = app.say;
    this.input = element("input", {
      type: "range",
      min: 0,
      max: this.days.length,
      step: 1,
      value: this.days.length,
      "aria-label": t("time.label"),
    });
    this.told = element("output", { class: "kh-time-told" });
    this.input.addEventListener("input", () => this.set(Number(this.input.value)));
    const box = element(
      "div",
      { class: "kh-time", role: "group", "aria-label": t("time.label") },
      element("span", { class: "kh-time-label" }, t("time.label")),
      this.input,
      this.told,
    );
    app.root.querySelector(".kh-bar").prepend(box);
    this.tell();
  }

  // The last stop is the register as given, without any date.
  set(step) {
    // The records may still be on their way.
    if (!this.app.permalink) return;
    this.input.value = step;
    const day = step < this.days.length ? this.days[step] : null;
    for (const records of [...this.app.scene.layers, ...this.app.scene.points]) {
      records.day = day;
      records.knownDay = this.stateOf(day) !== null;
    }
    this.app.refresh();
    this.tell();
  }

  get day() {
    const step = Number(this.input.value);
    return step < this.days.length ? this.days[step] : null;
  }

  setDay(day) {
    const step = this.days.indexOf(day);
    this.set(step < 0 ? this.days.length : step);
  }

  // The newest known state of the register up to a day.
  stateOf(day) {
    return day === null ? null : (this.known.findLast((known) => known <= day) ?? null);
  }

  // The title tells of the day looked at, and of which day the register is that is shown.
  tellInTitle() {
    const { app, day } = this,
      { say } = app,
      { t } = say;
    if (day === null) {
      this.title.textContent = app.content.subtitle;
      return;
    }
    const hazards = app.layer("hazards"),
      there = hazards.rowsWhere((row) => !hazards.later[row] && !CLOSED.has(hazards.value(row, "status")));
    const of = (type) => say.number(there.filter((row) => hazards.value(row, "hazard_type") === type).length);
    const { area, unknown } = hazards.sum(there),
      state = this.stateOf(day);
    const parts = [
      t("head.as_of", { date: say.day(day) }),
      say.counted("head.areas", there.length, { chas: of("CHA"), shas: of("SHA") }),
      area >= 1e6 ? `${say.number(area / 1e6, 2)} km²` : `${say.number(area)} m²`,
    ];
    if (unknown) parts.push(t("head.area_unknown", { n: say.number(unknown) }));
    if (state === null) parts.push(t("time.register_unknown"));
    else if (state !== day && state !== this.known.at(-1)) parts.push(t("time.register_of", { date: say.day(state) }));
    if (app.content.always) parts.push(app.content.always);
    this.title.textContent = parts.join(" · ");
  }

  tell() {
    const { say } = this.app;
    const text = this.day === null ? say.t("time.now") : say.day(this.day);
    this.told.textContent = text;
    this.app.root.classList.toggle("kh-dated", this.day !== null);
    if (this.app.scene) this.tellInTitle();
    this.input.setAttribute("aria-valuetext", text);
  }
}
