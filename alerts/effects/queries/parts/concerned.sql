-- Complete requests of a route that started in a window, with the side they are on: lower, better, or other (a tier that
-- nobody said or knows).
--   block_number   place of their part of the window, from 0
--   tenant_number  one of 64; tenants that share one count as one
concerned as (
    select
        q.trace_id, q.status, q.duration_ns, q.cost_status, q.cost_usd, q.call_count,
        a.tier, q.started_at,
        case when list_contains($lower::varchar[], a.tier) then 'lower' when a.tier = $instead then 'better' else 'other' end
            as side,
        ((epoch_ns(q.started_at) - $start_ns) // $block_ns)::integer as block_number,
        (hash(coalesce(a.tenant, '')) % 64)::integer as tenant_number
    from requests q
    join attributions a on a.attribution_id = q.attribution_id
    where q.complete
        and q.started_at >= make_timestamp_ns($start_ns) and q.started_at < make_timestamp_ns($until_ns)
        and ($route is null or a.route = $route)
        and ($tenant is null or a.tenant = $tenant)
        and not list_contains($apart::varchar[], coalesce(a.tenant, ''))
)
