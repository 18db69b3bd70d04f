-- The canonical text of a day's booked lines in the order of its bytes: 13 fields between tabs as PostgreSQL's COPY writes
-- them, a newline after each. One row: one line.
--   $period_start          date
--   $start_ns, $until_ns   bigint   the UTC day, half-open, unix nanoseconds
select concat_ws(
    chr(9), entry, value_text(corrects_start), trace_hex(trace_id), span_hex(span_id), epoch_ns(started_at), attribution_id,
    rate_id, run_id, field_text(purpose), failed, quantity, value_text(list_cost_usd), value_text(cost_usd)
) || chr(10) as line
from booked_lines
where period_start = $period_start
    and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
order by line
