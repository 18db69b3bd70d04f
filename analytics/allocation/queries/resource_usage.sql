-- Who used which resource within one UTC day, and how much. One row: one resource x combination of attribution words;
-- absent words are null. Tokens are those of ledger lines, so a call that several spans tell of counts once.
-- A span is for whom its ledger lines are, else its request, else what it says itself.
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open, by the start of the span
--   $trace_id              varchar   32 hex digits: only what this request used; null: all
--   uses   table(provider, request_model, response_model, region, kind, service, resource varchar,
--          from_ns, until_ns bigint): which spans use which resource in which stretch of time
-- hours is a bit for each hour of the day in which a span started.
with spans_of_day as (
    select trace_id, span_id, started_at, duration_ns, kind, coalesce(service, '') as service, attribution_id
    from spans
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or trace_id = $trace_id::uuid)
),

calls_of_day as (
    select
        trace_id, span_id, coalesce(provider, '') as provider, coalesce(request_model, '') as request_model,
        coalesce(response_model, '') as response_model, coalesce(region, '') as region
    from model_calls
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or trace_id = $trace_id::uuid)
),

billed as (
    select
        l.trace_id, l.span_id, any_value(l.attribution_id) as attribution_id,
        sum(l.quantity) filter (where r.usage_class not in ('images', 'search_units', 'requests')) as tokens,
        sum(l.quantity) filter (where r.usage_class in ('output', 'audio_out', 'image_out')) as output_tokens
    from ledger_lines l
    join rates r on r.rate_id = l.rate_id
    where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or l.trace_id = $trace_id::uuid)
    group by l.trace_id, l.span_id
),

requests_of_day as (
    select trace_id, any_value(attribution_id) as attribution_id
    from requests
    where first_started_at < make_timestamp_ns($until_ns) and last_started_at >= make_timestamp_ns($start_ns)
        and ($trace_id is null or trace_id = $trace_id::uuid)
    group by trace_id
),

matched as (
    select
        u.resource, s.trace_id, s.started_at, greatest(s.duration_ns, 0) as duration_ns, b.tokens, b.output_tokens,
        coalesce(b.attribution_id, q.attribution_id, s.attribution_id) as attribution_id
    from spans_of_day s
    left join calls_of_day c on c.trace_id = s.trace_id and c.span_id = s.span_id
    left join billed b on b.trace_id = s.trace_id and b.span_id = s.span_id
    left join requests_of_day q on q.trace_id = s.trace_id
    join uses u
        on u.provider = coalesce(c.provider, '') and u.request_model = coalesce(c.request_model, '')
        and u.response_model = coalesce(c.response_model, '') and u.region = coalesce(c.region, '')
        and u.kind = s.kind and u.service = s.service
        and epoch_ns(s.started_at) >= u.from_ns and epoch_ns(s.started_at) < u.until_ns
)

select
    m.resource,
    a.tenant, a.team, a.feature, a.route, a.tier, a.environment, a.cost_center, a.project,
    coalesce(sum(m.tokens), 0)::decimal(38, 0) as tokens,
    coalesce(sum(m.output_tokens), 0)::decimal(38, 0) as output_tokens,
    sum(m.duration_ns)::decimal(38, 0) as duration_ns,
    count(distinct m.trace_id) as requests,
    count(*) as spans,
    bit_or(1 << extract(hour from whole_us(m.started_at))::integer) as hours
from matched m
left join attributions a on a.attribution_id = m.attribution_id
group by all
