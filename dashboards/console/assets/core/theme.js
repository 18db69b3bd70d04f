// Runs before the first paint, so that the page never flashes in the other colours.
// What a person chose is kept; without a choice the system decides.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("burnline.theme");
  } catch {
    // a browser that keeps nothing: the system decides
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
