-- Complete requests that started in a window, of whom is asked about, with the side they are on: lower, better, or other
-- (a tier that nobody said or knows, and everything of a control).
--   block_number   place of their part of the window, from 0
--   group_number   one of 64 of their tenant or, where asked, of their route; those that share one count as one
concerned as (
    select
        q.trace_id, q.status, q.duration_ns, q.cost_status, q.cost_usd, a.tier,
        case
            when list_contains($lower::varchar[], a.tier) then 'lower'
            when a.tier = $instead then 'better'
            else 'other'
        end as side,
        ((epoch_ns(q.started_at) - $start_ns) // $block_ns)::integer as block_number,
        (hash(coalesce(case when $by_route then a.route else a.tenant end, '')) % 64)::integer as group_number
    from requests q
    join attributions a on a.attribution_id = q.attribution_id
    where q.complete
        and q.started_at >= make_timestamp_ns($start_ns) and q.started_at < make_timestamp_ns($until_ns)
        and ($route is null or a.route = $route)
        and ($tenant is null or a.tenant = $tenant)
        and not list_contains($apart::varchar[], coalesce(a.tenant, ''))
        and not list_contains($routes_apart::varchar[], coalesce(a.route, ''))
)
