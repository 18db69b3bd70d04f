-- What reservations missed. One row: whom and what for x quarter of an hour in which it was noted.
--   overrun_usd   settled for more than was reserved
--   unseen_usd    settled, and never come to the ledger in time
--   $since        timestamp_ns   the oldest event looked at
select
    epoch_ns(recorded_at) // 900000000000 * 900000000000 as at_ns,
    tenant, team, feature, route, tier, environment, cost_center, project, provider, model,
    coalesce(sum(actual_usd - amount_usd) filter (where event = 'settled'), 0)::decimal(38, 15) as overrun_usd,
    coalesce(sum(actual_usd) filter (where event = 'unseen'), 0)::decimal(38, 15) as unseen_usd
from reservation_events
where recorded_at >= $since and (event = 'unseen' or event = 'settled' and actual_usd > amount_usd)
group by all
