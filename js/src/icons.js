const ICONS = {
  in: "M10 4v12M4 10h12",
  out: "M4 10h12",
  all: "M3 10.5 10 4l7 6.5M5.5 9v7.5h9V9",
  print: "M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z",
  measure: "M2.5 13.5l11-11 4 4-11 11zM6 10l2 2M8.5 7.5l2 2M11 5l2 2",
  locate: "M10 5.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10 2v3.5M10 14.500V18M2 10h3.500M14.500 10H18",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"),
    path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
