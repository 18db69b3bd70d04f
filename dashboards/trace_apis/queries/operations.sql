-- One row: a name that spans of a service have.
--   $service   varchar   null means any
--   $limit     bigint
select distinct s.name as name
from spans s
where $service is null or coalesce(s.service, 'unknown_service') = $service
order by s.name
limit $limit
