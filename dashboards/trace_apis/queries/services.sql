-- One row: a service that spans come from.
--   $limit   bigint
select distinct coalesce(s.service, 'unknown_service') as name
from spans s
order by name
limit $limit
