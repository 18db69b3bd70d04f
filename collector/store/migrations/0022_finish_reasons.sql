-- How calls ended, so that refusals and cut answers can be counted. Spans that were stored before tell none: they are not
-- read again from their payloads, and of their requests those are refused whose error type says so.

-- Of a call. finish_reasons are its provider's words as they came, with commas between; finish_reason is how it ended, in
-- our words (collector/dialects/finishes.py). Null: nobody said.
alter table model_calls add column finish_reasons varchar;
alter table model_calls add column finish_reason varchar;

-- Of the call that gave the answer: the request's own span, or the last that says one.
alter table requests add column finish_reason varchar;

-- Whether somebody who asked was given no answer: a model declined, or a filter or a guardrail stepped in.
create macro is_refused(error_type, finish_reason) as
    coalesce(finish_reason in ('refusal', 'content_filter'), false)
    or coalesce(regexp_matches(error_type, 'content.?filter|refus|guardrail', 'i'), false);

-- refusals   of requests; of spans, null: nobody knows
alter table request_minutes add column refusals bigint default 0;
alter table latency_minutes add column refusals bigint;
insert into request_minutes by name
select
    date_trunc('minute', whole_us(ended_at)) as minute_at, attribution_id, degraded, 0 as requests, 0 as errors,
    0 as duration_ns, 0 as input_tokens, 0 as output_tokens, 0 as cost_usd, 0 as unpriced_requests,
    0 as missing_usage_requests, count(*) as refusals
from requests
where complete and is_refused(error_type, null)
group by all;

-- Of calls, how they ended.
alter table metric_totals add column finish_reason varchar;
