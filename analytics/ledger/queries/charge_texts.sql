-- The canonical text of a month's booked charges in the order of their ids: the columns of a charge in their order between
-- tabs as PostgreSQL's COPY writes them, a newline after each. One row: one charge.
--   $period_start   date
select concat_ws(
    chr(9), charge_id, period_start, starts_at, ends_at, entry, value_text(corrects_start), field_text(provider),
    field_text(seller), field_text(model), field_text(usage_class), field_text(service_tier), field_text(region),
    value_text(context_above), value_text(context_until), field_text(price_id), value_text(unit_price_usd),
    value_text(list_unit_price_usd), field_text(confidence), status, field_text(reason), field_text(tenant),
    field_text(team), field_text(feature), field_text(route), field_text(tier), field_text(environment),
    field_text(cost_center), field_text(project), field_text(purpose), value_text(quantity), value_text(list_cost_usd),
    value_text(cost_usd), lines, field_text(shared_cost), field_text(method), field_text(share), field_text(description),
    field_text(reason_code)
) || chr(10) as line
from booked_charges
where period_start = $period_start
order by charge_id, line
