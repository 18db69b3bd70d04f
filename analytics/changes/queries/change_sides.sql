-- What requests did in the minutes before and after changes. One row: one row of `asked` in which a request ended.
--   asked   table(asked_row bigint, pair_row bigint, side varchar, start_at, until timestamp_ns, tenant, team, feature,
--           route, environment varchar, routes varchar[]): whole minutes; null words are open; pair_row joins the two
--           sides of a change, side is 'before' or 'after'
-- Of each figure the sum over the minutes, the sum of its squares and of its products with the number of requests: what a
-- ratio of sums and its spread over minutes are made of. slow counts requests that took longer than the bucket in which
-- the p95 of the side before lies.
with
minutes_asked as (
    select
        k.asked_row,
        unnest(range(whole_us(k.start_at), whole_us(k.until), interval 1 minute)) as minute_at
    from asked k
),
whom as (
    select k.asked_row, a.attribution_id
    from asked k
    join attributions a
        on (k.tenant is null or coalesce(a.tenant, '') = k.tenant)
        and (k.team is null or coalesce(a.team, '') = k.team)
        and (k.feature is null or coalesce(a.feature, '') = k.feature)
        and (k.route is null or coalesce(a.route, '') = k.route)
        and (k.environment is null or coalesce(a.environment, '') = k.environment)
        and (k.routes is null or list_contains(k.routes, coalesce(a.route, '')))
),
counted as (
    select
        k.asked_row, m.minute_at, sum(m.requests)::double as requests, sum(m.errors)::double as errors,
        sum(m.cost_usd) as cost_usd, sum(m.input_tokens + m.output_tokens)::double as tokens,
        sum(m.unpriced_requests) as unpriced_requests, sum(m.missing_usage_requests) as missing_usage_requests
    from minutes_asked k
    join request_minutes m on m.minute_at = k.minute_at
    join whom w on w.asked_row = k.asked_row and w.attribution_id = m.attribution_id
    group by all
    having sum(m.requests) <> 0
),
timed as (
    select k.asked_row, l.minute_at, l.bucket, sum(l.observations) as observations
    from minutes_asked k
    join latency_minutes l on l.minute_at = k.minute_at
    join whom w on w.asked_row = k.asked_row and w.attribution_id = l.attribution_id
    where l.stage = 'request'
    group by all
    having sum(l.observations) <> 0
),
ranked as (
    select
        asked_row, bucket, sum(sum(observations)) over (partition by asked_row) as observed,
        sum(sum(observations)) over (partition by asked_row order by bucket) as reached
    from timed
    group by asked_row, bucket
),
p95 as (
    select asked_row, min(bucket) filter (where reached >= (95 * observed + 99) // 100) as bucket
    from ranked
    group by asked_row
),
usual as (
    select k.asked_row, p.bucket
    from asked k
    join asked b on b.pair_row = k.pair_row and b.side = 'before'
    join p95 p on p.asked_row = b.asked_row
),
slow as (
    select t.asked_row, t.minute_at, sum(t.observations)::double as slow
    from timed t
    join usual u on u.asked_row = t.asked_row and t.bucket > u.bucket
    group by all
),
by_minute as (
    select c.*, coalesce(s.slow, 0) as slow, c.cost_usd::double as cost
    from counted c
    left join slow s on s.asked_row = c.asked_row and s.minute_at = c.minute_at
)
select
    asked_row,
    count(*) as minutes,
    sum(requests)::bigint as requests,
    sum(requests * requests) as requests_squared,
    sum(errors)::bigint as errors,
    sum(errors * errors) as errors_squared,
    sum(errors * requests) as errors_requests,
    sum(slow)::bigint as slow,
    sum(slow * slow) as slow_squared,
    sum(slow * requests) as slow_requests,
    sum(cost_usd) as cost_usd,
    sum(cost * cost) as cost_squared,
    sum(cost * requests) as cost_requests,
    sum(tokens)::bigint as tokens,
    sum(tokens * tokens) as tokens_squared,
    sum(tokens * requests) as tokens_requests,
    sum(unpriced_requests)::bigint as unpriced_requests,
    sum(missing_usage_requests)::bigint as missing_usage_requests,
    (select bucket_ms(p.bucket) from p95 p where p.asked_row = b.asked_row) as p95_ms
from by_minute b
group by asked_row
order by asked_row
