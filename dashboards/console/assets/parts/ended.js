// How the answer of a model ended, in the words of /v1/requests.

import { badge } from "./figures.js";

const ENDS = {
  refusal: ["refused", "bad", "The model declined"],
  content_filter: ["filtered", "bad", "A filter or a guardrail of the provider stopped it"],
  length: ["cut off", "warn", "It reached the most tokens it may have"],
  error: ["broken off", "bad", "Its provider says that it failed"],
  other: ["other end", "plain", "For a reason of the provider that is none of these"],
  unknown: ["unknown end", "plain", "By a word of the provider that is in no table"],
  tool_call: ["tool call", null, null],
  stop: ["stop", null, null],
};

// [value, text] for a filter.
export const ENDINGS = Object.entries(ENDS).map(([reason, [text]]) => [reason, text]);

// A badge where an answer did not simply end, else null; `words` are those of the provider.
export function ended(reason, words = null) {
  const [text, tone, why] = ENDS[reason] ?? [reason, "plain", null];
  return tone && reason ? badge(text, tone, words ? `${why ?? text}: ${words}` : why) : null;
}
