-- One row: one request with a cost that started in the window, dearest first by (cost_usd, trace_id).
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
--   $after                 decimal     US dollars: go on below this key; null on the first page
--   $after_trace           varchar     32 hex digits, with $after
--   $limit                 bigint
with
-- take matching
page as (
    select *
    from matching
    where cost_usd is not null
        and ($after is null or cost_usd < $after or (cost_usd = $after and trace_id < $after_trace::uuid))
    order by cost_usd desc, trace_id desc
    limit $limit
),

-- take listed
select * from listed order by cost_usd desc, trace_id desc
