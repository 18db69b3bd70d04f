-- What was rated by a price. One row: one distinct rating by it, contracted or of the list, in order of its words.
--   $price_id   varchar   the name of a price
select distinct
    provider, request_model, response_model, model, service_tier, region, usage_class, status, seller, priced_model,
    price_id = $price_id as paid
from rates
where price_id = $price_id or list_price_id = $price_id
order by all
limit 200
