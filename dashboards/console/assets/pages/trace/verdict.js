// What a span decided, in a word or two: the tier the router chose and why, whether a cache hit, what a guardrail said.

import { many } from "../../core/format.js";

const PASSED = new Set(["pass", "passed", "allow", "allowed", "ok", "safe"]);

// { text, tone, why } or null where a span decides nothing.
export function verdict(span) {
  const told = span.attributes;
  const said = KINDS[span.kind]?.(told) ?? evaluation(told) ?? permission(told);
  if (said) return said;
  if (span.kind === "model" && told["burnline.degraded"]) return { text: `degraded to ${told["burnline.tier"] ?? "a lower tier"}`, tone: "warn", why: told["burnline.decision_id"] };
  return null;
}

const KINDS = {
  router(told) {
    const tier = told["burnline.tier"] ?? told["burnline.router.model"];
    if (!tier) return null;
    const degraded = told["burnline.degraded"];
    return { text: degraded ? `${tier}, degraded` : String(tier), tone: degraded ? "warn" : "good", why: told["burnline.router.reason"] ?? told["burnline.decision_id"] };
  },
  cache(told) {
    const hit = told["burnline.cache.hit"];
    if (hit === undefined) return null;
    const near = told["burnline.cache.similarity"];
    const limit = told["burnline.cache.threshold"];
    return { text: hit ? "hit" : "miss", tone: hit ? "good" : "plain", why: near === undefined ? null : `similarity ${near}${limit === undefined ? "" : `, needs ${limit}`}` };
  },
  retriever(told) {
    const found = told["burnline.retrieval.document_count"];
    if (found === undefined) return null;
    const top = told["burnline.retrieval.top_score"];
    return { text: many(found, "document"), tone: found ? "plain" : "warn", why: top === undefined ? null : `best score ${top}` };
  },
  guardrail(told) {
    const said = told["burnline.guardrail.verdict"];
    if (said === undefined) return null;
    const why = [told["burnline.guardrail.rule_id"], told["burnline.guardrail.reason"]].filter(Boolean).join(": ");
    return { text: String(said), tone: PASSED.has(String(said).toLowerCase()) ? "good" : "bad", why };
  },
};

function evaluation(told) {
  const name = told["gen_ai.evaluation.name"];
  if (name === undefined) return null;
  const score = told["gen_ai.evaluation.score.label"] ?? told["gen_ai.evaluation.score.value"];
  return { text: score === undefined ? String(name) : `${name} ${score}`, tone: "plain", why: told["gen_ai.evaluation.explanation"] };
}

function permission(told) {
  const broken = told["burnline.permission.violations"];
  if (broken === undefined) return null;
  return { text: broken ? `${broken} not permitted` : "permitted", tone: broken ? "bad" : "good", why: null };
}

const SHOWN = new Set(["request", "router", "cache", "retriever", "model", "embedding", "tool", "guardrail"]);
const LIKE = { chat: "model", rerank: "retriever", prompt: "other", agent: "router", evaluation: "guardrail", permission: "guardrail" };

// The colour of a kind, as a name of the design.
export function tone(kind) {
  const known = SHOWN.has(kind) ? kind : (LIKE[kind] ?? "other");
  return known === "request" ? "other" : known;
}
