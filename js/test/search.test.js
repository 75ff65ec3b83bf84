import assert from "node:assert/strict";
import { test } from "node:test";
import { isFound, nameOfPlace, namesTwice, placesFound, searchText } from "../src/search.js";

test("a record is found by any spelling of its place, and by its id with or without signs", () => {
  const text = searchText(["KS-0001", "Đakovica", null, ""]);
  for (const question of ["đakovica", "Djakovica", "DAKOVICA", "Ђаковица", "ks-0001", "KS 0001", "kov", ""])
    assert.ok(isFound(text, question), question);
  assert.ok(!isFound(text, "prizren"));
});

const level = {
  names: ["Novi Grad", "Novi Grad", "Zenica"],
  shown: ["Novi Grad", "Novi Grad", "Zenica"],
  district: ["Sarajevo", "", "Zenica-Doboj"],
  region: ["", "Krajina", ""],
  search: [["Novi Grad", "Нови Град"], ["Novi Grad", "Bosanski Novi"], ["Zenica"]],
};

test("places are found by how a name begins, in every script, from two letters on", () => {
  assert.deepEqual(placesFound(level, "нови"), [0, 1]);
  assert.deepEqual(placesFound(level, "bosan"), [1]);
  assert.deepEqual(placesFound(level, "grad"), []);
  assert.deepEqual(placesFound(level, "n"), []);
  assert.deepEqual(placesFound(level, "novi", 1), [0]);
});

test("places of one name are told with what lies above them, others by the name alone", () => {
  assert.deepEqual(
    [0, 1, 2].map((row) => nameOfPlace(level, row)),
    ["Novi Grad, Sarajevo", "Novi Grad, Krajina", "Zenica"],
  );
  assert.deepEqual([...namesTwice(["a", "b", "a", "a"])], ["a"]);
});
