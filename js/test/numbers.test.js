import assert from "node:assert/strict";
import { test } from "node:test";
import { speaker } from "../src/numbers.js";

const texts = {
  "number.thousands": ".",
  "number.decimal": ",",
  "date.months": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
  "date.pattern": "{day}. {month} {year}.",
  "amount.of": "{n} od {all}",
};

test("numbers, areas and lengths are written as in the language", () => {
  const { number, area, length } = speaker(texts);
  assert.equal(number(1234567.5, 1), "1.234.567,5");
  assert.equal(number(-1234), "−1.234");
  assert.equal(area(999_999), "999.999 m²");
  assert.equal(area(6_265_292), "6,27 km²");
  assert.equal(length(999), "999 m");
  assert.equal(length(1500), "1,50 km");
});

test("days since 1970 are written as dates", () => {
  // 2024-12-31: 55 years and 14 leap days after 1970-01-01, less one.
  assert.equal(speaker(texts).day(55 * 365 + 14 - 1), "31. decembar 2024.");
});

test("values are filled in as they are, and a key without a text is shown itself", () => {
  const { t, has } = speaker(texts);
  assert.equal(t("amount.of", { n: "$&", all: "{n}" }), "$& od {n}");
  assert.equal(t("constructor"), "constructor");
  assert.equal(has("toString"), false);
});
