-- How many requests each objective judged in each of its windows, exact at both edges: whole minutes come from the
-- roll-up, the ragged beginning and end from the requests themselves. One row: one row of `windows`; none judged: 0.
--   windows   table(window_row bigint, objective_id ubigint, start_at, head_until, whole_from, whole_until,
--             tail_from, until timestamp_ns): the window is start_at to until, the head before its first whole minute,
--             the tail after its last
--   $since    timestamp_ns   start of the longest window, cut to its minute; nothing before it is read
-- A piece lies within one minute, so pieces find their requests by that minute: half the time of a join on the range.
with
pieces as (
    select start_at as piece_from, head_until as piece_until from windows where start_at < head_until
    union
    select tail_from, until from windows where tail_from < until
),
fresh as (
    select q.*, p.piece_from
    from requests q
    join pieces p
        on date_trunc('minute', whole_us(q.ended_at)) = date_trunc('minute', whole_us(p.piece_from))
        and q.ended_at >= p.piece_from and q.ended_at < p.piece_until
    where q.ended_at >= $since
),
-- judgement
edges as (
    select objective_id, piece_from, count(*) as total, count_if(good) as good
    from judged
    where good is not null
    group by all
),
minutes as (
    select objective_id, minute_at::timestamp_ns as minute_at, sum(total) as total, sum(good) as good
    from objective_minutes
    where minute_at >= $since and objective_id in (select objective_id from windows)
    group by all
),
whole as (
    select w.window_row, sum(m.total) as total, sum(m.good) as good
    from windows w
    join minutes m
        on m.objective_id = w.objective_id and m.minute_at >= w.whole_from and m.minute_at < w.whole_until
    group by all
)
select
    w.window_row,
    (coalesce(n.total, 0) + coalesce(h.total, 0) + coalesce(t.total, 0))::bigint as total,
    (coalesce(n.good, 0) + coalesce(h.good, 0) + coalesce(t.good, 0))::bigint as good
from windows w
left join whole n on n.window_row = w.window_row
left join edges h
    on h.objective_id = w.objective_id and h.piece_from = w.start_at and w.start_at < w.head_until
left join edges t
    on t.objective_id = w.objective_id and t.piece_from = w.tail_from and w.tail_from < w.until
