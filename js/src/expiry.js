// A page that is too old says so by itself.

import { element } from "./dom.js";

export function isOver(day, now) {
  const [year, month, date] = day.split("-").map(Number);
  return now >= new Date(year, month - 1, date + 1);
}

export function tellExpiry(head, expiry) {
  if (expiry?.day && isOver(expiry.day, new Date()))
    head.append(element("p", { class: "kh-expired", role: "alert" }, expiry.text));
}
