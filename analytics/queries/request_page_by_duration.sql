-- One row: one request that started in the window, longest first by (duration_ns, trace_id).
--   $start_ns, $until_ns   bigint      nanoseconds since 1970, start included, until excluded
--   $trace_id, $trace_until   varchar   32 hex digits each: the first and the last trace wanted; null means any
--   $among                 varchar[]   ids of traces, one of which it has; null means any
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, ''
--                                      means those without one
--   $user_id, $error_type, $finish_reason   varchar   the same
--   $status, $cost_status  varchar     null means any
--   $degraded, $refused    boolean     null means any
--   $min_cost_usd          decimal     requests without a cost are left out; null means any
--   $min_duration_ns       bigint      null means any
--   $after                 bigint      nanoseconds: go on below this key; null on the first page
--   $after_trace           varchar     32 hex digits, with $after
--   $limit                 bigint
with
-- take matching
page as (
    select *
    from matching
    where $after is null
        or duration_ns < $after
        or (duration_ns = $after and trace_id < $after_trace::uuid)
    order by duration_ns desc, trace_id desc
    limit $limit
),

-- take listed
select * from listed order by duration_ns desc, trace_id desc
