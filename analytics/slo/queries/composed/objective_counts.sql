-- What each objective judged in each of its windows, exact at both edges: whole minutes come from the roll-up, the ragged
-- beginning and end from what was judged itself. One row: one row of `windows`; none judged: 0.
--   windows   table(window_row bigint, objective_id ubigint, group_id integer, start_at, head_until, whole_from,
--             whole_until, tail_from, until timestamp_ns): the window is start_at to until, the head before its first
--             whole minute, the tail after its last; no group: all of them
--   $since    timestamp_ns   start of the longest window, cut to its minute; nothing before it is read
-- slices is null for an objective that counts occurrences; otherwise the whole slices in the window that had anything
-- judged, and good_slices how many, or how much, of them was good; the counts are then those of the whole minutes.
-- A piece lies within one minute, so pieces find their requests by that minute: half the time of a join on the range.
with
judging as (
    select * from objectives where objective_id in (select w.objective_id from windows w)
),
pieces as (
    select start_at as piece_from, head_until as piece_until from windows where start_at < head_until
    union
    select tail_from, until from windows where tail_from < until
),
-- if request
requests_told as (
    select q.*, 1 as sign, p.piece_from as mark
    from requests q
    join pieces p
        on date_trunc('minute', whole_us(q.ended_at)) = date_trunc('minute', whole_us(p.piece_from))
        and q.ended_at >= p.piece_from and q.ended_at < p.piece_until
    where q.ended_at >= $since
),
-- end
-- if span
span_pieces as (
    select distinct piece_from, piece_until from pieces, judging where unit = 'span'
),
spans_within as (
    select s.* exclude (ended_at), p.piece_from as mark
    from (
        select *, make_timestamp_ns(epoch_ns(started_at) + duration_ns) as ended_at
        from spans
        where batch_seq <= (select max(derived_seq) from progress)
    ) s
    join span_pieces p
        on date_trunc('minute', whole_us(s.ended_at)) = date_trunc('minute', whole_us(p.piece_from))
        and s.ended_at >= p.piece_from and s.ended_at < p.piece_until
    where s.started_at < (select max(piece_until) from span_pieces)
),
-- take span_events
spans_told as (
    select *, 1 as sign from span_events
),
-- end
-- if measure
figures_told as (
    select f.*, 1 as sign, p.piece_from as mark
    from figures f
    join pieces p
        on date_trunc('minute', whole_us(f.told_at)) = date_trunc('minute', whole_us(p.piece_from))
        and f.told_at >= p.piece_from and f.told_at < p.piece_until
    where f.told_at >= $since
),
-- end
-- take observed
-- take judgement
edges as (
    select
        objective_id, group_id, mark as piece_from,
        -- if measure
        sum(weight) as total, coalesce(sum(weight) filter (where good), 0) as good,
        sum(weight * weight) as weight_square_sum
        -- end
        -- unless measure
        count(*) as total, count_if(good) as good, count(*) as weight_square_sum
        -- end
    from placed
    group by all
),
minutes as (
    select
        objective_id, group_id, minute_at::timestamp_ns as minute_at,
        sum(total) as total, sum(good) as good, sum(weight_square_sum) as weight_square_sum
    from objective_minutes
    where minute_at >= $since and objective_id in (select objective_id from judging)
    group by all
),
parts as (
    select w.window_row, m.total, m.good, m.weight_square_sum
    from windows w
    join minutes m
        on m.objective_id = w.objective_id and m.minute_at >= w.whole_from and m.minute_at < w.whole_until
        and (w.group_id is null or w.group_id = m.group_id)
    union all
    select w.window_row, e.total, e.good, e.weight_square_sum
    from windows w
    join edges e
        on e.objective_id = w.objective_id
        and (
            (e.piece_from = w.start_at and w.start_at < w.head_until)
            or (e.piece_from = w.tail_from and w.tail_from < w.until)
        )
        and (w.group_id is null or w.group_id = e.group_id)
),
summed as (
    select window_row, sum(total) as total, sum(good) as good, sum(weight_square_sum) as weight_square_sum
    from parts
    group by window_row
)
-- if sliced
,
slices as (
    select
        w.window_row, j.budgeting, j.slice_target,
        epoch_ns(m.minute_at) // (j.slice_minutes * 60000000000) as slice,
        sum(m.good) / sum(m.total) as good_ratio
    from windows w
    join judging j on j.objective_id = w.objective_id and j.budgeting <> 'occurrences'
    join minutes m
        on m.objective_id = w.objective_id and m.minute_at >= w.whole_from and m.minute_at < w.whole_until
        and (w.group_id is null or w.group_id = m.group_id)
    where slice * j.slice_minutes * 60000000000 >= epoch_ns(w.start_at)
        and (slice + 1) * j.slice_minutes * 60000000000 <= epoch_ns(w.until)
    group by all
    having sum(m.total) > 0
),
sliced as (
    select
        window_row,
        count(*) as slices,
        sum(case budgeting when 'timeslices' then (good_ratio >= slice_target)::integer else good_ratio end) as good_slices
    from slices
    group by window_row
)
-- end
select
    w.window_row,
    coalesce(s.total, 0)::decimal(38, 6) as total,
    coalesce(s.good, 0)::decimal(38, 6) as good,
    coalesce(s.weight_square_sum, 0)::decimal(38, 12) as weight_square_sum,
    -- if sliced
    case when j.budgeting <> 'occurrences' then coalesce(c.slices, 0) end as slices,
    case when j.budgeting <> 'occurrences' then coalesce(c.good_slices, 0)::double end as good_slices
    -- end
    -- unless sliced
    null::bigint as slices,
    null::double as good_slices
    -- end
from windows w
left join summed s on s.window_row = w.window_row
-- if sliced
left join judging j on j.objective_id = w.objective_id
left join sliced c on c.window_row = w.window_row
-- end
