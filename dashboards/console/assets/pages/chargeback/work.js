// Long work: begun with POST, followed until it has ended, told as it goes on.

import { Asked, ask, send } from "../../core/api.js";
import { h } from "../../core/h.js";
import { show } from "../../core/patch.js";

const WAIT_S = 2;
const STAGES = { waiting: "waits for other work", running: "is under way" };

// Begins work and follows it; resolves to what it came to. `told` hears of every change.
export async function work(path, body, told, signal) {
  let job = await send("POST", path, body ?? {}, { signal });
  told(job);
  while (!["done", "refused", "failed"].includes(job.state)) {
    job = await waited(job, signal);
    told(job);
  }
  if (job.state !== "done") throw new Asked(409, job.state === "refused" ? "It was refused" : "It failed", job.reason ?? "The log of the server says why.");
  return job.result;
}

function waited({ job_id: id }, signal) {
  return send("GET", `/v1/jobs/${id}`, undefined, { signal, headers: { prefer: `wait=${WAIT_S}` } });
}

// Where a page shows its work: what is busy, how far it is, and what came of it.
export function workplace() {
  const place = h("div", { class: "work", role: "status" });
  return {
    element: place,
    told: (what) => (job) => show(place, progress(what, job)),
    say: (...nodes) => show(place, ...nodes),
  };
}

function progress(what, job) {
  const known = job.total > 0;
  return h("div", { class: "underway" }, h("p", {}, `${what} ${STAGES[job.state] ?? job.state}`, job.stage && `: ${job.stage}`, known && ` (${job.done} of ${job.total})`),
    h("progress", { "aria-label": what, ...(known ? { value: job.done, max: job.total } : {}) }));
}

export async function months(signal) {
  const { periods } = await ask("/v1/chargeback/periods", {}, { signal });
  return [...periods].reverse();
}
