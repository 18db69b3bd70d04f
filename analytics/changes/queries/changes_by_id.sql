-- One change that somebody told, or none.
--   $change_id   varchar   32 hex digits
select
    trace_hex(change_id) as change_id, content_sha256, epoch_ns(changed_at) as at_ns, kind, name, from_version as before,
    to_version as after, tenant, team, feature, route, environment, made_by, url, note
from changes
where change_id = $change_id::uuid
