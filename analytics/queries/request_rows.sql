-- One row: a table and how many rows it holds.
select 'batches' as stored, count(*) as stored_rows from batches
union all select 'payloads', count(*) from payloads
union all select 'spans', count(*) from spans
union all select 'model_calls', count(*) from model_calls
union all select 'log_events', count(*) from log_events
union all select 'requests', count(*) from requests
union all select 'ledger_lines', count(*) from ledger_lines
