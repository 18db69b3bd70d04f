-- Folds metric_totals. One row inserted: one series, with all that was counted of it.
--   $fold   bigint   number of this fold, larger than every one before
insert into metric_totals by name
select
    family, tenant, route, status, stage, provider, request_model, model, rate_id, purpose, token_type, measure,
    error_type, finish_reason, bound,
    sum(added) as added,
    sum(taken_back) as taken_back,
    sum(amount_added)::decimal(38, 15) as amount_added,
    sum(amount_taken_back)::decimal(38, 15) as amount_taken_back,
    min(since_seq) as since_seq,
    $fold as fold
from metric_totals
group by all
