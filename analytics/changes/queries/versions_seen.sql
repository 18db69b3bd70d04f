-- Versions that were seen for the first time, or again after a while without them. One row: one of these.
--   $start_ns, $until_ns   bigint    when, nanoseconds since 1970, half-open
--   $away_hours            integer   hours without it after which it comes back
--   $settle_ns             bigint    what is seen so soon after the first of its kind was always there
-- before: of the other versions of the name seen until then, the one with the most spans in this hour and the one before
-- it, or else the last one; null: there was none. A version that comes back where nothing took its place is no change.
with
appeared as (
    select
        *,
        lag(last_seen_at) over (partition by kind, name, version order by hour_at) as seen_before_at,
        min(first_seen_at) over (partition by kind) as kind_since
    from version_hours
),
candidates as (
    select *, seen_before_at is not null as again
    from appeared
    where first_seen_at >= make_timestamp_ns($start_ns)
        and first_seen_at < make_timestamp_ns($until_ns)
        and (seen_before_at is null or epoch_ns(first_seen_at) - epoch_ns(seen_before_at) > $away_hours * 3600000000000)
),
others as (
    select
        c.kind, c.name, c.version, c.hour_at, h.version as other, max(h.last_seen_at) as last_seen_at,
        coalesce(sum(h.spans) filter (where h.hour_at >= c.hour_at - interval 1 hour), 0) as lately
    from candidates c
    join version_hours h
        on h.kind = c.kind and h.name = c.name and h.version <> c.version and h.first_seen_at < c.first_seen_at
    group by all
),
replaced as (
    select
        kind, name, version, hour_at, max(last_seen_at) as last_seen_at,
        arg_max(other, {'lately': lately, 'last_seen_at': last_seen_at, 'other': other}) as other
    from others
    group by all
)
select
    c.kind, c.name, c.version as after, o.other as before, epoch_ns(c.first_seen_at) as at_ns,
    c.again, list_transform(c.trace_ids, lambda id: trace_hex(id)) as trace_ids
from candidates c
left join replaced o on o.kind = c.kind and o.name = c.name and o.version = c.version and o.hour_at = c.hour_at
where (o.other is not null or epoch_ns(c.first_seen_at) - epoch_ns(c.kind_since) > $settle_ns)
    and (not c.again or o.last_seen_at > c.seen_before_at)
order by at_ns, kind, name, after
