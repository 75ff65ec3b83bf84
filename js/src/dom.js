// Elements of the page, and values that stand under a word.

// A value that stands under a word of the data; words like "constructor" are no exception.
export function own(table, word) {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  // Texts become text nodes: nothing that stands in the data is ever read as markup.
  made.append(...children.filter((child) => child != null));
  return made;
}

// A phone, or a frame in another page: the map takes all of the width, its panel is folded below it.
export function isNarrow() {
  return matchMedia(`(max-width: ${window.self === window.top ? 720 : 1100}px)`).matches;
}
