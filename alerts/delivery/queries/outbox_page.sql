-- One row: one message and how it stands, newest first.
--   $before         bigint    messages before this one; null from the newest
--   $subscription   varchar   null means every subscription
--   $standing       varchar   waiting, failed, delivered or dead; null means all
--   $limit          bigint    rows at most
with standing as (
    select
        outbox.position, message_id, subscription, event, epoch, seq, tenant, route, model,
        epoch_ns(queued_at) as queued_ns, coalesce(last.outcome, 'waiting') as standing,
        coalesce(last.tries, 0) as tries, epoch_ns(last.tried_at) as tried_ns, last.status, last.reason, last.detail,
        epoch_ns(last.next_at) as next_ns
    from outbox
    left join (
        select * from outbox_tries
        qualify row_number() over (partition by position order by tries desc, tried_at desc) = 1
    ) as last using (position)
)
select *
from standing
where ($before is null or position < $before)
    and ($subscription is null or subscription = $subscription)
    and ($standing is null or standing = $standing)
order by position desc
limit $limit
