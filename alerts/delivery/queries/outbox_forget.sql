-- Forgets messages that were done with before an instant, but never the last word about a scope.
--   $before   timestamp   queued before this
delete from outbox
where queued_at < $before
    and position in (select position from outbox_tries where outcome in ('delivered', 'dead'))
    and position not in (
        select max(position) from outbox where event <> 'advised' group by subscription, tenant, route, model
    )
