// In which order words of the data are told.

export const ORDERS = {
  hazard_type: ["CHA", "SHA"],
  status: ["open", "worked on", "handed over", "closed"],
  contamination: [
    "cluster munition remnants",
    "anti-personnel mines",
    "anti-vehicle mines",
    "other ERW",
    "mixed",
    "unknown",
  ],
  priority: ["high", "medium", "low", "unknown"],
  directness: ["direct", "indirect", "unknown"],
  product: ["cancelled", "reduced", "cleared"],
};

export function inOrder(words, order) {
  const rank = (word) => (order.includes(word) ? order.indexOf(word) : word === "" ? 99 : 50);
  return words.sort((a, b) => rank(a) - rank(b) || String(a).localeCompare(String(b)));
}
