-- One row: one price as it was known at an instant, as a line of a price file (analytics/prices/price_file.py names its
-- columns). Decimals lose the zeros at their end, instants are dates where they are midnight.
--   $at   timestamp
select
    part,
    concat_ws(
        ',',
        provider,
        model,
        coalesce(region, ''),
        coalesce(service_tier, ''),
        coalesce(processing, ''),
        coalesce(usage_class, ''),
        coalesce(rtrim(rtrim(unit_price_usd::varchar, '0'), '.'), ''),
        coalesce(rtrim(rtrim(discount::varchar, '0'), '.'), ''),
        coalesce(context_above::varchar, ''),
        coalesce(context_until::varchar, ''),
        coalesce(
            case
                when effective_from = date_trunc('day', effective_from) then strftime(effective_from, '%Y-%m-%d')
                else strftime(effective_from, '%Y-%m-%dT%H:%M:%SZ')
            end,
            ''
        ),
        coalesce(
            case
                when effective_until = date_trunc('day', effective_until) then strftime(effective_until, '%Y-%m-%d')
                else strftime(effective_until, '%Y-%m-%dT%H:%M:%SZ')
            end,
            ''
        ),
        coalesce(tod_start_s::varchar, ''),
        coalesce(tod_end_s::varchar, ''),
        coalesce(weekdays::varchar, ''),
        confidence,
        coalesce(last_seen_on::varchar, ''),
        source_ref
    ) as line
from prices
where recorded_at <= $at::timestamp and (superseded_at is null or superseded_at > $at::timestamp)
order by part, line
