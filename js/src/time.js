// The register and the released land as of a date.

import { element } from "./dom.js";

export class TimeSlider {
  constructor(app, time) {
    this.app = app;
    this.days = time.days;
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
    for (const records of [...this.app.scene.layers, ...this.app.scene.points]) records.day = day;
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

  tell() {
    const { say } = this.app;
    const text = this.day === null ? say.t("time.now") : say.day(this.day);
    this.told.textContent = text;
    this.app.root.classList.toggle("kh-dated", this.day !== null);
    this.input.setAttribute("aria-valuetext", text);
  }
}
