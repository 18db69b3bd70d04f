-- One row: one trace, with the service and name of its root, when it began and ended, and how many spans it has.
--   wanted                 table(trace_id varchar)   32 hex digits each
--   $first_ns, $last_ns    bigint   extent of what is derived, both included; null where nothing is
--   $derived_seq           bigint   last batch that is derived
with
-- take found

ranked as (
    select
        *,
        row_number() over (
            partition by trace_id
            order by parent_span_id is not null, not entry, started_at, duration_ns desc, span_id
        ) as place
    from found
)

select
    trace_hex(trace_id) as trace_id,
    max(case when place = 1 then coalesce(service, 'unknown_service') end) as service,
    max(case when place = 1 then name end) as name,
    min(epoch_ns(started_at)) as start_ns,
    max(epoch_ns(started_at) + duration_ns) as end_ns,
    count(*) as spans
from ranked
group by trace_id
