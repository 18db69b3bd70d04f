// Where one was on a page, kept with its place in the history: who comes back stands where they left, with the focus on
// the link they took.

const WAITS_MS = 3000;

export function leaveMark(main) {
  const link = document.activeElement?.closest?.("a[href]");
  history.replaceState({ y: scrollY, link: link && main.contains(link) ? link.getAttribute("href") : null }, "");
}

// Rows come after the page, so this waits for them: not for long, and not once a person goes on by themselves.
export function comeBack(main, { y, link }, signal) {
  if (stood(main, y, link)) return;
  const done = new AbortController();
  const rows = new MutationObserver(() => stood(main, y, link) && done.abort());
  rows.observe(main, { childList: true, subtree: true });
  setTimeout(() => done.abort(), WAITS_MS);
  for (const act of ["wheel", "keydown", "pointerdown"]) addEventListener(act, () => done.abort(), { signal: done.signal, passive: true });
  AbortSignal.any([done.signal, signal]).addEventListener("abort", () => rows.disconnect(), { once: true });
}

function stood(main, y, link) {
  const taken = link && [...main.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === link);
  if (link ? !taken : document.documentElement.scrollHeight < y + innerHeight) return false;
  scrollTo(0, y);
  taken?.focus({ preventScroll: true });
  taken?.scrollIntoView({ block: "nearest" });
  return true;
}
