// One file out of all modules: `npm run build` writes it into the Python package, where it is committed and shipped.
// It is not minified, so that anyone can read what runs in a page of sensitive locations.

import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const shared = {
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  absWorkingDir: here("."),
  logLevel: "warning",
};

const programs = [
  { from: "src/main.js", to: "../kosovo_hazards/maps/assets/map.js" },
  { from: "src/tiles/main.js", to: "../kosovo_hazards/tiles/assets/tiles.js", globalName: "kosovoHazardsTiles" },
];

// With a folder both are written there, by their names, to be compared with those that are committed.
for (const { from, to, ...options } of programs) {
  const outfile = process.argv[2] ? join(process.argv[2], basename(to)) : here(to);
  await build({ ...shared, ...options, entryPoints: [here(from)], outfile });
}
