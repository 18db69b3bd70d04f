// Who obeys: the readers of the signal, and what each has applied of what is published.

import { ask, now } from "../../core/api.js";
import { ago, count, duration } from "../../core/format.js";
import { badge, moment, word } from "../../parts/figures.js";
import { panel } from "../../parts/panel.js";
import { table } from "../../parts/table.js";
import { scopeName } from "./words.js";

export function readers(page) {
  return panel(page, {
    title: "Readers",
    load: (signal) => ask("/v1/routing/readers", {}, { signal }),
    empty: (answer) => (answer.readers.length ? null : "No reader has told what it applied. Readers that only ask, without telling, are not seen here."),
    draw: (answer) => table({
      caption: "Readers of the signal and what they have applied", rows: answer.readers, key: (one) => one.reader,
      columns: [
        { label: "Reader", cell: (one) => word(one.reader) },
        { label: "Service", cell: (one) => word(one.service, "–") },
        { label: "Applied", cell: (one) => (one.behind === 0 ? badge("up to date", "good") : one.behind === null ? badge("an earlier run", "warn", "It applied what this server published before its last start") : badge(`${count(one.behind)} behind`, "warn")) },
        { label: "Decisions", number: true, cell: (one) => count(one.decisions) },
        { label: "Keeps", cell: (one) => (one.held_count ? badge(`${count(one.held_count)} kept`, "warn", one.held.map(scopeName).join(", ")) : "–") },
        { label: "Took", number: true, title: "From the issue to its acknowledgement", cell: (one) => (one.delay_s === null ? "–" : duration(one.delay_s * 1000)) },
        { label: "Heard", class: "whole", cell: (one) => moment(one.acknowledged_at, ago(one.acknowledged_at, now())) },
      ],
    }),
  });
}
