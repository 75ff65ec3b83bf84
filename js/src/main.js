// What the page calls: the only name that the program adds to it.

import { start } from "./start.js";

window.kosovoHazards = { start };
