// What a search finds, and how places that share a name are told apart.

import { folded, searchKeys } from "./folding.js";

// The texts by which a record or a place is found, as one text; each begins a line.
export function searchText(texts) {
  const keys = texts.filter((text) => text !== null && text !== undefined && text !== "").flatMap(searchKeys);
  return `\n${[...new Set(keys)].join("\n")}\n`;
}

export function isFound(text, question) {
  return text.includes(folded(question));
}

// Rows of a level of places that begin with what is typed, at most four; two letters are the least.
export function placesFound(level, question, most = 4) {
  const start = `\n${folded(question)}`;
  if (start.length < 3) return [];
  level.keys ??= level.search.map((names) => searchText(names));
  return [...level.names.keys()].filter((row) => level.keys[row].includes(start)).slice(0, most);
}

// Names that stand for more than one place.
export function namesTwice(names) {
  const seen = new Set(),
    twice = new Set();
  for (const name of names) (seen.has(name) ? twice : seen).add(name);
  return twice;
}

// The name of a place, with what lies above it where the name alone would not tell.
export function nameOfPlace(level, row) {
  level.twice ??= namesTwice(level.shown);
  const above = level.district?.[row] || level.region?.[row];
  return above && level.twice.has(level.shown[row]) ? `${level.shown[row]}, ${above}` : level.shown[row];
}
