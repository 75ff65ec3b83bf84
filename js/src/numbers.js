// Texts, numbers, areas and dates in the reader's language.

export function speaker(texts) {
  const t = (key, values = {}) => {
    let text = Object.hasOwn(texts, key) ? texts[key] : key;
    for (const [name, value] of Object.entries(values)) text = text.split(`{${name}}`).join(String(value));
    return text;
  };
  const has = (key) => Object.hasOwn(texts, key);
  const number = (value, decimals = 0) => {
    const digits = fixed(Math.abs(value), decimals);
    const [whole, part] = digits.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts["number.thousands"]);
    return (value < 0 && /[1-9]/.test(digits) ? "−" : "") + grouped + (part ? texts["number.decimal"] + part : "");
  };
  // The form that the language has for the number; a text without forms stands for all of them.
  const rules = pluralRules(texts["language.code"]);
  const counted = (key, n, values = {}) => {
    const form = [`${key}|${rules.select(n)}`, `${key}|other`].find(has) ?? key;
    return t(form, { n: number(n), ...values });
  };
  const squareMetres = (value) => `${number(value)} m²`;
  const area = (value) => (value >= 1e6 ? `${number(value / 1e6, 2)} km²` : squareMetres(value));
  const length = (value) => (value >= 1000 ? `${number(value / 1000, 2)} km` : `${number(value)} m`);
  const day = (days) => {
    const date = new Date(days * 864e5);
    const month = texts["date.months"].split(" ")[date.getUTCMonth()];
    return t("date.pattern", {
      day: date.getUTCDate(),
      month,
      number: date.getUTCMonth() + 1,
      year: date.getUTCFullYear(),
    });
  };
  return { t, has, number, counted, squareMetres, area, length, day };
}

function pluralRules(code) {
  try {
    return new Intl.PluralRules(code);
  } catch {
    return new Intl.PluralRules("en");
  }
}

// Digits of a number; what lies exactly between two goes to the even one, as everywhere in the Python package.
function fixed(value, decimals) {
  const text = value.toFixed(decimals),
    scaled = value * 10 ** decimals;
  const between = Number.isInteger(value * 2 ** (decimals + 1)) && scaled % 1 === 0.5;
  return between ? (2 * Math.round(scaled / 2) * 10 ** -decimals).toFixed(decimals) : text;
}
