// Letters without marks and case, Cyrillic in Latin letters: what search compares.
const CYRILLIC = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  ђ: "d",
  е: "e",
  ж: "z",
  з: "z",
  и: "i",
  ј: "j",
  к: "k",
  л: "l",
  љ: "lj",
  м: "m",
  н: "n",
  њ: "nj",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  ћ: "c",
  у: "u",
  ф: "f",
  х: "h",
  ц: "c",
  ч: "c",
  џ: "dz",
  ш: "s",
};

export function folded(text) {
  if (/^[\x20-\x7e\n]*$/.test(text)) return String(text).toLowerCase().replace(/dj/g, "d");
  const plain = String(text)
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/đ/g, "d")
    .replace(/dj/g, "d");
  return plain.replace(/[\u0400-\u04ff]/g, (letter) => CYRILLIC[letter] ?? letter);
}
