-- Whether what answered for a model before a swap answers again. One row: the calls since the swap; none, no row.
--   $model                          varchar   the model as it is asked for
--   $before, $after                 varchar   what answered before, and since
--   $fingerprint                    boolean   whether these are fingerprints; else names that answer
--   $start_ns, $until_ns            bigint    from the swap on; nanoseconds since 1970, half-open
-- last_ns: the last call that after answered; calls, after_calls: until then, of all and of after; back_calls: of before,
-- since then.
with
calls as (
    select started_at, case when $fingerprint then system_fingerprint else response_model end as version
    from model_calls
    where request_model = $model
        and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
),
ended as (
    select max(started_at) as last_at from calls where version = $after
)
select
    epoch_ns(any_value(e.last_at)) as last_ns,
    count(*) filter (where c.started_at <= e.last_at) as calls,
    count(*) filter (where c.started_at <= e.last_at and c.version = $after) as after_calls,
    count(*) filter (where c.started_at > e.last_at and c.version = $before) as back_calls
from calls c
cross join ended e
where c.version is not null and e.last_at is not null
having count(*) > 0
