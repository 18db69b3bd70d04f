-- At which tiers two versions answered to one name around an instant. One row: one version x one tier.
--   $model                varchar   the model as it is asked for
--   $before, $after       varchar   the versions
--   $start_ns, $until_ns  bigint    calls that began from the start on and before the end; nanoseconds since 1970
-- Calls of requests that say no tier are left out.
select c.response_model as version, a.tier, count(*) as calls
from model_calls c
join requests q on q.trace_id = c.trace_id
join attributions a on a.attribution_id = q.attribution_id
where c.started_at >= make_timestamp_ns($start_ns) and c.started_at < make_timestamp_ns($until_ns)
    and c.request_model = $model and c.response_model in ($before, $after) and a.tier is not null
group by all
order by all
