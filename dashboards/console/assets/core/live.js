// Refreshes what is on the page every few seconds while somebody can see it.

export const EVERY_MS = 5000;

const listeners = new Set();
let running = true;
let timer = null;

// Calls `work` at every turn until the signal says stop.
export function every(work, signal) {
  listeners.add(work);
  signal.addEventListener("abort", () => listeners.delete(work), { once: true });
}

export function isLive() {
  return running;
}

export function setLive(on) {
  running = on;
  turn();
}

// One turn now, also where the refresh is switched off.
export function refreshNow() {
  for (const work of [...listeners]) work();
}

function turn() {
  clearTimeout(timer);
  if (!running || document.hidden) return;
  refreshNow();
  timer = setTimeout(turn, EVERY_MS);
}

document.addEventListener("visibilitychange", turn);
timer = setTimeout(turn, EVERY_MS);
