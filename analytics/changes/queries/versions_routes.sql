-- Which routes requests were on. One row: one row of `asked` x route; '' for requests without one.
--   asked   table(asked_row bigint, trace_id varchar): 32 hex digits
--   $start_ns, $until_ns   bigint   when they began, nanoseconds since 1970, half-open
select distinct k.asked_row, coalesce(a.route, '') as route
from asked k
join requests q on q.trace_id = k.trace_id::uuid
join attributions a on a.attribution_id = q.attribution_id
where q.last_started_at >= make_timestamp_ns($start_ns) and q.first_started_at < make_timestamp_ns($until_ns)
order by all
