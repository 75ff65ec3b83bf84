// One file out of all modules: `npm run build` writes it into the Python package, where it is committed and shipped.
// It is not minified, so that anyone can read what runs in a page of sensitive locations.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const shipped = "../kosovo_hazards/maps/assets/map.js";

await build({
  entryPoints: [here("src/main.js")],
  outfile: process.argv[2] ?? here(shipped),
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  absWorkingDir: here("."),
  logLevel: "warning",
});
