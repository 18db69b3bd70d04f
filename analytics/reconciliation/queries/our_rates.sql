-- One row: one rate that a seller's bill can be about; amortised resources are on no such bill.
select rate_id, provider, seller, request_model, response_model, model, priced_model, usage_class, unit_price_usd,
    reason
from rates
where status <> 'amortised'
