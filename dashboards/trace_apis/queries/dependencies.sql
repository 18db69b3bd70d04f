-- One row: a service that calls another one, and how often. Parents are looked up from an hour before the window.
--   $start_ns, $until_ns   bigint   when the called span started, start included, until excluded
--   $limit                 bigint
with calls as (
    select s.trace_id, s.parent_span_id, coalesce(s.service, 'unknown_service') as service
    from spans s
    where s.started_at >= make_timestamp_ns($start_ns)
        and s.started_at < make_timestamp_ns($until_ns)
        and s.parent_span_id is not null
),

callers as (
    select s.trace_id, s.span_id, coalesce(s.service, 'unknown_service') as service
    from spans s
    where s.started_at >= make_timestamp_ns($start_ns) - interval 1 hour
        and s.started_at < make_timestamp_ns($until_ns)
)

select p.service as parent, c.service as child, count(*) as calls
from calls c
join callers p on p.trace_id = c.trace_id and p.span_id = c.parent_span_id
where p.service <> c.service
group by p.service, c.service
order by calls desc, parent, child
limit $limit
