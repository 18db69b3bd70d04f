-- Whether anything tells figures at all. One row.
select
    exists (select 1 from measures) as by_spans,
    exists (select 1 from log_events where evaluation_name is not null) as by_events
