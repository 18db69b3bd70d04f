-- How calls ended, so that refusals and cut answers can be counted. Spans that were stored before tell none: they are not
-- read again from their payloads, and of them those are refused whose error type says so.

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

-- refusals   of requests and of spans
alter table request_minutes add column refusals bigint default 0;
alter table latency_minutes add column refusals bigint default 0;
insert into request_minutes by name
select
    date_trunc('minute', whole_us(ended_at)) as minute_at, attribution_id, degraded, 0 as requests, 0 as errors,
    0 as duration_ns, 0 as input_tokens, 0 as output_tokens, 0 as cost_usd, 0 as unpriced_requests,
    0 as missing_usage_requests, count(*) as refusals
from requests
where complete and is_refused(error_type, null)
group by all;
insert into latency_minutes by name
select
    date_trunc('minute', whole_us(ended_at)) as minute_at, attribution_id, 'request' as stage,
    latency_bucket(duration_ns) as bucket, 0 as observations, 0 as errors, count(*) as refusals
from requests
where complete and is_refused(error_type, null)
group by all;
insert into latency_minutes by name
select
    date_trunc('minute', whole_us(make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns))) as minute_at,
    q.attribution_id, s.kind as stage, c.provider, coalesce(c.response_model, c.request_model) as model,
    latency_bucket(s.duration_ns) as bucket, 0 as observations, 0 as errors, count(*) as refusals
from spans s
join requests q on q.trace_id = s.trace_id
left join model_calls c on c.trace_id = s.trace_id and c.span_id = s.span_id
where s.kind <> 'request' and is_refused(s.error_type, null)
group by all;

-- Of calls, how they ended.
alter table metric_totals add column finish_reason varchar;
