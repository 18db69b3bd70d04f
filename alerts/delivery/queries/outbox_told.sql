-- One row: what a subscription was last told about a scope.
select subscription, tenant, route, model, arg_max(fingerprint, position) as fingerprint
from outbox
group by subscription, tenant, route, model
