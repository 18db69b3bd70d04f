// Every page: its path, what the navigation calls it, and the module that draws it. The paths are those of
// `dashboards/console/routes.py`; a test holds them equal.

export const PAGES = [
  { path: "/", nav: "Overview", module: "overview" },
  { path: "/requests", nav: "Requests", module: "requests" },
  { path: "/requests/{trace_id}", module: "trace" },
  { path: "/cost", nav: "Cost", module: "cost" },
  { path: "/prices/{price_id:path}", module: "price" },
  { path: "/budgets", nav: "Budgets", module: "budgets" },
  { path: "/budgets/{name:path}", module: "budget" },
  { path: "/routing", nav: "Routing", module: "routing" },
  { path: "/changes", nav: "Changes", module: "changes" },
  { path: "/quality", nav: "Quality", module: "quality" },
  { path: "/experiments", nav: "Experiments", module: "experiments" },
  { path: "/experiments/{name:path}", module: "experiment" },
  { path: "/chargeback", nav: "Chargeback", module: "chargeback" },
  { path: "/chargeback/{period}", module: "period" },
  { path: "/chargeback/{period}/bills", module: "bills" },
];

// The page of a path with its parameters, or null; a path whose escapes are none is nobody's.
export function pageOf(pathname) {
  for (const page of PAGES) {
    const names = [...page.path.matchAll(/\{(\w+)(?::path)?\}/g)].map((found) => found[1]);
    const shape = page.path.replace(/\{\w+:path\}/g, "(.+)").replace(/\{\w+\}/g, "([^/]+)");
    const found = new RegExp(`^${shape}$`).exec(pathname);
    const params = found?.slice(1).map(decoded) ?? [null];
    if (!params.includes(null)) return { ...page, params: Object.fromEntries(names.map((name, i) => [name, params[i]])) };
  }
  return null;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
