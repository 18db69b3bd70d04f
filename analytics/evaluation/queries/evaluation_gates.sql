-- Gates that were sent. One row: one comparison of two runs, the newest first.
--   content   json text: what the gate says
--   $start_ns, $until_ns   bigint    starts of the candidates' runs, nanoseconds since 1970, until excluded
--   $verdict               varchar   pass, refuse or unproven; null means every one
select
    epoch_ns(occurred_at) as at_ns, json_extract_string(attributes, '$."burnline.gate.content"') as content
from log_events
where event_name = 'burnline.evaluation.gate'
    and occurred_at >= make_timestamp_ns($start_ns) and occurred_at < make_timestamp_ns($until_ns)
    and ($verdict is null or json_extract_string(attributes, '$."burnline.gate.verdict"') = $verdict)
order by occurred_at desc, batch_seq desc, record_index
