-- How an objective judged what was served at one tier. One row: one row of `asked`; none judged: 0.
--   asked   table(asked_row bigint, objective_id ubigint, tier varchar, start_at, until timestamp_ns)
--   $since  timestamp_ns   the earliest start_at
with
judging as (
    select * from objectives where objective_id in (select k.objective_id from asked k)
),
tiers as (
    select t.attribution_id, k.asked_row as mark, k.start_at, k.until, k.objective_id
    from asked k
    join attributions t on t.tier = k.tier
),
-- if request
requests_told as (
    select q.*, 1 as sign, t.mark
    from requests q
    join tiers t on t.attribution_id = q.attribution_id and q.ended_at >= t.start_at and q.ended_at < t.until
    where q.ended_at >= $since
),
-- end
-- if span
spans_within as (
    select s.*, null as mark
    from spans s
    where s.batch_seq <= (select max(derived_seq) from progress)
        and make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) >= $since
),
-- take span_events
spans_told as (
    select e.* exclude (mark), 1 as sign, t.mark
    from span_events e
    join tiers t on t.attribution_id = e.attribution_id and e.ended_at >= t.start_at and e.ended_at < t.until
),
-- end
-- if measure
figures_told as (
    select f.*, 1 as sign, t.mark
    from figures f
    join tiers t on t.attribution_id = f.attribution_id and f.told_at >= t.start_at and f.told_at < t.until
    where f.told_at >= $since
),
-- end
-- take observed
-- take judgement
counted as (
    select
        p.mark as asked_row,
        -- if measure
        sum(p.weight) as total, coalesce(sum(p.weight) filter (where p.good), 0) as good,
        sum(p.weight * p.weight) as weight_square_sum
        -- end
        -- unless measure
        count(*) as total, count_if(p.good) as good, count(*) as weight_square_sum
        -- end
    from placed p
    join asked k on k.asked_row = p.mark and k.objective_id = p.objective_id
    group by all
)
select
    k.asked_row,
    coalesce(c.total, 0)::decimal(38, 6) as total,
    coalesce(c.good, 0)::decimal(38, 6) as good,
    coalesce(c.weight_square_sum, 0)::decimal(38, 12) as weight_square_sum
from asked k
left join counted c on c.asked_row = k.asked_row
