-- One row: one series of metric_totals with all that was counted of it; '' is a word that nobody said, or that the
-- family does not have. Ledger lines come by the provider and model they were rated as.
--   since_seq   the batch with which it began
select
    s.family,
    coalesce(s.tenant, '') as tenant,
    coalesce(s.route, '') as route,
    coalesce(s.status, '') as status,
    coalesce(s.stage, '') as stage,
    coalesce(s.provider, r.provider, '') as provider,
    coalesce(s.request_model, '') as request_model,
    coalesce(s.model, r.model, r.response_model, r.request_model, '') as model,
    coalesce(s.purpose, '') as purpose,
    case when s.family = 'line_quantity' then coalesce(r.usage_class, '') else '' end as usage_class,
    coalesce(s.token_type, '') as token_type,
    coalesce(s.measure, '') as measure,
    coalesce(s.error_type, '') as error_type,
    coalesce(s.finish_reason, '') as finish_reason,
    coalesce(s.bound, 0) as bound,
    sum(s.added)::double as added,
    sum(s.taken_back)::double as taken_back,
    sum(s.amount_added)::double as amount_added,
    sum(s.amount_taken_back)::double as amount_taken_back,
    min(s.since_seq) as since_seq
from metric_totals s
left join rates r on r.rate_id = s.rate_id
group by all
