-- Writes prices that were not known. One row: one price, its cells as price files have them, '' is null.
--   fresh   table(part varchar, row_key ubigint, provider varchar, model varchar, region varchar, service_tier varchar,
--           processing varchar, usage_class varchar, unit_price_usd varchar, discount varchar, context_above varchar,
--           context_until varchar, effective_from varchar, effective_until varchar, tod_start_s varchar, tod_end_s varchar,
--           weekdays varchar, confidence varchar, last_seen_on varchar, source_ref varchar)
--   $at     timestamp
insert into prices by name
select
    part,
    row_key,
    provider,
    model,
    nullif(region, '') as region,
    nullif(service_tier, '') as service_tier,
    nullif(processing, '') as processing,
    nullif(usage_class, '') as usage_class,
    nullif(unit_price_usd, '')::decimal(19, 15) as unit_price_usd,
    nullif(discount, '')::decimal(19, 15) as discount,
    nullif(context_above, '')::bigint as context_above,
    nullif(context_until, '')::bigint as context_until,
    nullif(effective_from, '')::timestamp as effective_from,
    nullif(effective_until, '')::timestamp as effective_until,
    nullif(tod_start_s, '')::integer as tod_start_s,
    nullif(tod_end_s, '')::integer as tod_end_s,
    nullif(weekdays, '')::integer as weekdays,
    confidence,
    nullif(last_seen_on, '')::date as last_seen_on,
    source_ref,
    $at::timestamp as recorded_at
from fresh
