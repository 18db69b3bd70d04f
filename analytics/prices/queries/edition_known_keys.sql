-- One row: one price that is known now.
select row_key from prices where superseded_at is null
