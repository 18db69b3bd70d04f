-- Changes that somebody told. One row: one change.
--   $start_ns, $until_ns   bigint   when they were made, nanoseconds since 1970, half-open
select
    trace_hex(change_id) as change_id, content_sha256, epoch_ns(changed_at) as at_ns, kind, name, from_version as before,
    to_version as after, tenant, team, feature, route, environment, made_by, url, note
from changes
where changed_at >= make_timestamp_ns($start_ns) and changed_at < make_timestamp_ns($until_ns)
order by changed_at, change_id
