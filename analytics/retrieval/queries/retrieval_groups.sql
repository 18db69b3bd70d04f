-- How documents were found in a window. One row: one group of retrievals; those of requests that are not there (yet) are in
-- none. Of each figure the sum or list is of the retrievals that say it, and its count says how many these are.
--   retrievals              that began in the window
--   documents_told, empty   say how many documents they found; and found none
--   duplicates_told, documents, duplicates   say how many repeat another one; how many documents these found, and repeated
--   scores, gaps            of the best document; how far it is before the second one
--   age_told, age_p50_s, age_p90_s   say the age of the oldest document used; and half, nine of ten of them are at most so old
--   cadence_told, stale           of an index with a cadence; and older than it allows
--   permission_told, permission_checked      say whether documents were filtered by what the user may see; and were
--   violations_told, violating, violations    say how many were shown that may not be; showed any; how many
--   chunks_told             documents whose length is known
--   chunks_judged, outliers  of an index version with enough of them; and far from what is usual in it
--   cadences   table(index_name varchar, within_s double): index_name null is every other index
--   $start_ns, $until_ns, $told_until_ns   bigint   nanoseconds since 1970: the window, half-open; until when its spans end
--   $index_name, $index_version   varchar   null means every one, '' means those without one
--   $fewest     bigint   chunks of an index version that say what is usual
--   $deviations, $least_log   double   how far a log length is from the median to be an outlier: so many robust standard
--              deviations, and at least so much
--   $by_tenant ... $by_hour   boolean   whether to split by it
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--              without one
with owners as (
    select * from attributions
    where
-- take analytics.owned
),

retrieved as (
    select s.trace_id, s.span_id, whole_us(s.started_at) as cut_at, s.index_name, s.index_version, s.chunk_chars, q.attribution_id
    from spans s
    join requests q on q.trace_id = s.trace_id
    where s.kind = 'retriever'
        and s.started_at >= make_timestamp_ns($start_ns) and s.started_at < make_timestamp_ns($until_ns)
        and q.last_started_at >= make_timestamp_ns($start_ns) and q.first_started_at < make_timestamp_ns($until_ns)
        and q.attribution_id in (select attribution_id from owners)
        and ($index_name is null or coalesce(s.index_name, '') = $index_name)
        and ($index_version is null or coalesce(s.index_version, '') = $index_version)
),

told as (
    select
        span_id, trace_id,
        max(value) filter (where measure = 'retrieval.documents') as documents,
        max(value) filter (where measure = 'retrieval.duplicates') as duplicates,
        max(value) filter (where measure = 'retrieval.score') as score,
        max(value) filter (where measure = 'retrieval.score_gap') as gap,
        max(value) filter (where measure = 'retrieval.age_s') as age_s,
        max(value) filter (where measure = 'permission.checked') as checked,
        max(value) filter (where measure = 'permission.violations') as violations
    from measures
    where measured_at >= make_timestamp_ns($start_ns) and measured_at < make_timestamp_ns($told_until_ns)
        and stage = 'retriever'
    group by span_id, trace_id
),

usual as (
    select
        index_name, index_version, median(ln(1 + chars)) as middle,
        greatest($deviations * 1.4826 * mad(ln(1 + chars)), $least_log) as reach, count(*) as chunks
    from (select index_name, index_version, unnest(chunk_chars) as chars from retrieved)
    group by all
    having count(*) >= $fewest
),

facts as (
    select
        r.*, t.documents, t.duplicates, t.score, t.gap, t.age_s, t.checked, t.violations,
        coalesce(c.within_s, d.within_s) as within_s,
        u.middle is not null as has_usual,
        len(list_filter(r.chunk_chars, lambda chars: abs(ln(1 + chars) - u.middle) > u.reach)) as outliers
    from retrieved r
    left join told t on t.span_id = r.span_id and t.trace_id = r.trace_id
    left join cadences c on c.index_name = r.index_name
    left join cadences d on d.index_name is null
    left join usual u
        on u.index_name is not distinct from r.index_name and u.index_version is not distinct from r.index_version
)

select
-- take analytics.split
    case when $by_index_name then f.index_name end as index_name,
    case when $by_index_version then f.index_version end as index_version,
    count(*)::bigint as retrievals,
    count(f.documents)::bigint as documents_told,
    count(*) filter (where f.documents = 0)::bigint as empty,
    count(*) filter (where f.documents is not null and f.duplicates is not null)::bigint as duplicates_told,
    coalesce(sum(f.documents) filter (where f.duplicates is not null), 0)::bigint as documents,
    coalesce(sum(f.duplicates) filter (where f.documents is not null), 0)::bigint as duplicates,
    list(f.score) filter (where f.score is not null) as scores,
    list(f.gap) filter (where f.gap is not null) as gaps,
    count(f.age_s)::bigint as age_told,
    quantile_disc(f.age_s, 0.5) as age_p50_s,
    quantile_disc(f.age_s, 0.9) as age_p90_s,
    count(*) filter (where f.age_s is not null and f.within_s is not null)::bigint as cadence_told,
    count(*) filter (where f.age_s > f.within_s)::bigint as stale,
    count(f.checked)::bigint as permission_told,
    count(*) filter (where f.checked = 1)::bigint as permission_checked,
    count(f.violations)::bigint as violations_told,
    count(*) filter (where f.violations > 0)::bigint as violating,
    coalesce(sum(f.violations), 0)::bigint as violations,
    coalesce(sum(len(f.chunk_chars)), 0)::bigint as chunks_told,
    coalesce(sum(len(f.chunk_chars)) filter (where f.has_usual), 0)::bigint as chunks_judged,
    coalesce(sum(f.outliers) filter (where f.has_usual), 0)::bigint as outliers
from facts f
join owners o on o.attribution_id = f.attribution_id
group by all
