-- How reservations stand that something happened to lately. One row: one reservation after its newest event.
--   $since   timestamp_ns   the oldest event looked at
select
    event_seq, epoch_ns(recorded_at) as recorded_ns, event, reservation_id, request_key, epoch_ns(created_at) as created_ns,
    epoch_ns(expires_at) as expires_ns, amount_usd, actual_usd, trace_id, tenant, team, feature, route, tier, environment,
    cost_center, project, provider, model
from reservation_events
where recorded_at >= $since
qualify row_number() over (partition by reservation_id order by event_seq desc) = 1
order by created_ns, reservation_id
