// Texts, numbers, areas and dates in the reader's language.

function speaker(texts) {
  const t = (key, values = {}) => {
    let text = Object.hasOwn(texts, key) ? texts[key] : key;
    for (const [name, value] of Object.entries(values)) text = text.split(`{${name}}`).join(String(value));
    return text;
  };
  const has = (key) => Object.hasOwn(texts, key);
  const number = (value, decimals = 0) => {
    const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts["number.thousands"]);
    return (value < 0 ? "−" : "") + grouped + (part ? texts["number.decimal"] + part : "");
  };
  const squareMetres = (value) => `${number(value)} m²`;
  const area = (value) => (value >= 1e6 ? `${number(value / 1e6, 2)} km²` : squareMetres(value));
  const length = (value) => (value >= 1000 ? `${number(value / 1000, 2)} km` : `${number(value)} m`);
  const day = (days) => {
    const date = new Date(days * 864e5);
    const month = texts["date.months"].split(" ")[date.getUTCMonth()];
    return t("date.pattern", { day: date.getUTCDate(), month, number: date.getUTCMonth() + 1, year: date.getUTCFullYear() });
  };
  return { t, has, number, squareMetres, area, length, day };
}

// Letters without marks and case, Cyrillic in Latin letters: what search compares.
const CYRILLIC = { а: "a", б: "b", в: "v", г: "g", д: "d", ђ: "d", е: "e", ж: "z", з: "z", и: "i", ј: "j", к: "k", л: "l", љ: "lj", м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ћ: "c", у: "u", ф: "f", х: "h", ц: "c", ч: "c", џ: "dz", ш: "s" };

function folded(text) {
  if (/^[\x20-\x7e\n]*$/.test(text)) return String(text).toLowerCase().replace(/dj/g, "d");
  const plain = String(text).toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/dj/g, "d");
  return plain.replace(/[\u0400-\u04ff]/g, (letter) => CYRILLIC[letter] ?? letter);
}

// A value that stands under a word of the data; words like "constructor" are no exception.
function own(table, word) {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function element(tag, attributes = {}, ...children) {
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
