// Spellings that mean the same, reduced to one key: the rule of `spelling_key` in the Python package.

const LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(" ");
const CYRILLIC = new Map([..."абвгдђежзијклљмнњопрстћуфхцчџш"].map((letter, i) => [letter, LATIN[i]]));
// Letters that carry their stroke inside and so do not decompose; dj is how đ is typed without it.
const STROKES = { đ: "dj", ð: "dj", ł: "l", ø: "o", ı: "i" };

// Case, marks, script and punctuation carry no meaning in a register typed by many hands.
export function folded(text) {
  if (/^[\x20-\x7e\n]*$/.test(text)) return spaced(String(text).toLowerCase());
  const plain = latin(text)
    .replace(/[đðłøı]/g, (letter) => STROKES[letter])
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "");
  return spaced(plain);
}

// All keys that a text is found by: also with a bare d where someone left the stroke of đ away.
export function searchKeys(text) {
  const key = folded(text),
    bare = folded(latin(text).replaceAll("đ", "d"));
  return key === bare ? [key] : [key, bare];
}

function latin(text) {
  // Up and down again, as ß and ς have no case of their own.
  const small = String(text).normalize("NFC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return small.replace(/[\u0400-\u04ff]/g, (letter) => CYRILLIC.get(letter) ?? letter);
}

function spaced(text) {
  return text.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
