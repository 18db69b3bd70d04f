-- How an objective judged the requests that were served at one tier. One row: one row of `asked`; none judged: 0.
--   asked   table(asked_row bigint, objective_id ubigint, tier varchar, start_at, until timestamp_ns)
--   $since  timestamp_ns   the earliest start_at
with
fresh as (
    select q.*, k.asked_row, k.objective_id as asked_id
    from requests q
    join attributions t on t.attribution_id = q.attribution_id
    join asked k on k.tier = t.tier and q.ended_at >= k.start_at and q.ended_at < k.until
    where q.ended_at >= $since
),
-- judgement
counted as (
    select asked_row, count(*) as total, count_if(good) as good
    from judged
    where good is not null and objective_id = asked_id
    group by all
)
select k.asked_row, coalesce(c.total, 0)::bigint as total, coalesce(c.good, 0)::bigint as good
from asked k
left join counted c on c.asked_row = k.asked_row
