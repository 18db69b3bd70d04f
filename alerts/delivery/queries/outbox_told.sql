-- One row: what a subscription was last told about a scope. Advice is about a change and says nothing of that.
select subscription, tenant, route, model, arg_max(fingerprint, position) as fingerprint
from outbox
where event <> 'advised'
group by subscription, tenant, route, model
