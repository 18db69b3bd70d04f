// Asks the server. Every failure is an Asked error that says what happened and what to do, as problem details do.

export class Asked extends Error {
  constructor(status, title, detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

export const NO_ANSWER = 0;

let skewMs = 0;
let reached = true;
let reachedAt = Date.now();
const watching = new Set();

// Calls `work` with whether the server answers, and when it last did, each time that changes.
export function onReach(work) {
  watching.add(work);
}

function reach(now) {
  if (now) reachedAt = Date.now() + skewMs;
  if (now === reached) return;
  reached = now;
  for (const work of watching) work(reached, reachedAt);
}

// The server's clock, as far as the last answer told: windows end where the data does, whatever this machine thinks.
export function now() {
  return Date.now() + skewMs;
}

// One question; `params` that are null, undefined or absent are not asked. Raises Asked, or AbortError.
export async function ask(path, params = {}, { signal } = {}) {
  return read(await sent(address(path, params), { signal, headers: { accept: "application/json" } }));
}

// Changes something: `method` with a JSON body. Raises Asked.
export async function send(method, path, body, { signal, headers = {} } = {}) {
  const given = body === undefined ? {} : { body: JSON.stringify(body) };
  const told = { accept: "application/json", "content-type": "application/json", ...headers };
  return read(await sent(path, { method, signal, headers: told, ...given }));
}

export function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of params instanceof URLSearchParams ? params : Object.entries(params)) {
    if (value !== null && value !== undefined) query.append(name, value);
  }
  return query.size ? `${path}?${query}` : path;
}

async function sent(url, options) {
  try {
    const answer = await fetch(url, { cache: "no-store", credentials: "same-origin", ...options });
    const said = Date.parse(answer.headers.get("date"));
    if (said) skewMs = Math.abs(said - Date.now()) < 2000 ? 0 : said - Date.now();
    reach(true);
    return answer;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reach(false);
    throw new Asked(NO_ANSWER, "The server cannot be reached", "No answer from the server: it may be restarting, or the network is gone.");
  }
}

async function read(answer) {
  const text = await answer.text();
  if (answer.ok) return text === "" ? null : parsed(text, answer.status);
  const problem = answer.headers.get("content-type")?.includes("json") ? parsed(text, answer.status) : {};
  throw new Asked(answer.status, problem.title ?? `Status ${answer.status}`, problem.detail ?? "The answer says no more: it may come from a proxy on the way. The log of the server says what happened.");
}

function parsed(text, status) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Asked(status, "The answer cannot be read", `Expected JSON, found “${text.slice(0, 60)}”: it was cut off, or comes from a proxy on the way.`);
  }
}
