-- One row: one message that is still to be delivered, in the order of delivery.
--   next_ns   not before this instant, in nanoseconds since 1970; null before the first try
select
    position, message_id, subscription, event, epoch, seq, tenant, route, model, fingerprint,
    epoch_ns(queued_at) as queued_ns, body, coalesce(last.tries, 0) as tries, epoch_ns(last.next_at) as next_ns
from outbox
left join (
    select * from outbox_tries
    qualify row_number() over (partition by position order by tries desc, tried_at desc) = 1
) as last using (position)
where last.outcome is null or last.outcome = 'failed'
order by position
