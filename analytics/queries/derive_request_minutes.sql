-- Adds to request_minutes what `fresh` changes. One row inserted: one minute x attribution whose sums move.
--   fresh   table shaped like requests, with sign: +1 for a request as it is now, -1 for the same as it was before
insert into request_minutes by name
select
    date_trunc('minute', whole_us(ended_at)) as minute_at,
    attribution_id,
    degraded,
    sum(sign) as requests,
    coalesce(sum(sign) filter (where status = 'error'), 0) as errors,
    sum(sign * duration_ns::hugeint) as duration_ns,
    coalesce(sum(sign * input_tokens::hugeint), 0) as input_tokens,
    coalesce(sum(sign * output_tokens::hugeint), 0) as output_tokens,
    coalesce(sum(case when sign > 0 then cost_usd else -cost_usd end), 0)::decimal(38, 15) as cost_usd,
    coalesce(sum(sign) filter (where cost_status in ('unpriced', 'partial')), 0) as unpriced_requests,
    coalesce(sum(sign) filter (where usage_status in ('missing', 'partial')), 0) as missing_usage_requests,
    coalesce(sum(sign) filter (where is_refused(error_type, finish_reason)), 0) as refusals
from fresh
where complete
group by all
