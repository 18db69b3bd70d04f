-- One row: how many messages of a subscription stand like this, and since when.
--   standing     waiting | failed (tried in vain, to be tried again) | delivered | dead
--   oldest_ns    when the oldest of them was queued, in nanoseconds since 1970
--   last_ns      the last try among them; null where there was none
with standing as (
    select outbox.subscription, outbox.queued_at, last.tried_at, coalesce(last.outcome, 'waiting') as standing
    from outbox
    left join (
        select * from outbox_tries
        qualify row_number() over (partition by position order by tries desc, tried_at desc) = 1
    ) as last using (position)
)
select subscription, standing, count(*) as messages, epoch_ns(min(queued_at)) as oldest_ns,
    epoch_ns(max(tried_at)) as last_ns
from standing
group by subscription, standing
order by subscription, standing
