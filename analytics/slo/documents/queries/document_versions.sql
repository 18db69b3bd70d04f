-- Versions of objectives, oldest first within a name. One row: one version; instants are unix nanoseconds; a null body
-- is a withdrawal.
--   $name   varchar   null: every objective
select name, version, epoch_ns(recorded_at) as recorded_ns, sha256, owner, body
from objective_versions
where $name::varchar is null or name = $name
order by name, version
