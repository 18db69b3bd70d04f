// Starts the console: the bar at the top, then the page that the address names.

import { bar } from "./parts/bar.js";
import { reach } from "./parts/reach.js";
import { start } from "./core/router.js";

bar(document.getElementById("top"));
reach(document.getElementById("reach"));
start();
