-- What each objective judged in each of its windows, exact at both edges: whole minutes come from the roll-up, the ragged
-- beginning and end from what was judged itself. One row: one row of `windows`; none judged: 0.
--   windows   table(window_row bigint, objective_id ubigint, group_id integer, start_at, head_until, whole_from,
--             whole_until, tail_from, until timestamp_ns): the window is start_at to until, the head before its first
--             whole minute, the tail after its last; no group: all of them
--   $since    timestamp_ns   start of the longest window, cut to its minute; nothing before it is read
-- slices is null for an objective that counts occurrences; otherwise the whole slices in the window that had anything
-- judged, and good_slices how many, or how much, of them was good; the counts are then those of the whole minutes.
-- A piece lies within one minute, so pieces find their requests by the number of that minute: a tenth of the time of a join
-- on the range. Windows of an objective overlap, so its minutes are first summed between the edges of all of them: each
-- minute is read once, however many windows hold it.
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
        on epoch_ns(q.ended_at) // 60000000000 = epoch_ns(p.piece_from) // 60000000000
        and q.ended_at >= p.piece_from and q.ended_at < p.piece_until
    where q.ended_at >= $since
),
-- end
-- if span
span_pieces as (
    select distinct piece_from, piece_until from pieces, judging where unit = 'span'
),
spans_within as (
    select s.*, p.piece_from as mark
    from spans s
    join span_pieces p
        on (epoch_ns(s.started_at) + s.duration_ns) // 60000000000 = epoch_ns(p.piece_from) // 60000000000
        and epoch_ns(s.started_at) + s.duration_ns >= epoch_ns(p.piece_from)
        and epoch_ns(s.started_at) + s.duration_ns < epoch_ns(p.piece_until)
    where s.batch_seq <= (select max(derived_seq) from progress)
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
        on epoch_ns(f.told_at) // 60000000000 = epoch_ns(p.piece_from) // 60000000000
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
cuts as (
    select objective_id, whole_from as cut from windows
    union
    select objective_id, whole_until from windows
),
rings as (
    select
        objective_id, cut::timestamp_ns as ring_from,
        (lead(cut) over (partition by objective_id order by cut))::timestamp_ns as ring_until
    from cuts
),
ringed as (
    select
        m.objective_id, m.group_id, r.ring_from, sum(m.total) as total, sum(m.good) as good,
        -- if measure
        sum(m.weight_square_sum) as weight_square_sum
        -- end
        -- unless measure
        sum(m.total) as weight_square_sum
        -- end
    from objective_minutes m
    join rings r
        on r.objective_id = m.objective_id
        and m.minute_at::timestamp_ns >= r.ring_from and m.minute_at::timestamp_ns < r.ring_until
    where m.minute_at >= $since
    group by all
),
-- if sliced
minutes as (
    select
        objective_id, group_id, minute_at::timestamp_ns as minute_at, sum(total) as total, sum(good) as good
    from objective_minutes
    where minute_at >= $since
        and objective_id in (select j.objective_id from judging j where j.budgeting <> 'occurrences')
    group by all
),
-- end
parts as (
    select w.window_row, m.total, m.good, m.weight_square_sum
    from windows w
    join ringed m
        on m.objective_id = w.objective_id and m.ring_from >= w.whole_from and m.ring_from < w.whole_until
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
