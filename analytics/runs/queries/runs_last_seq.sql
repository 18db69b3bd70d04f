-- One row: the newest committed batch; 0 when there is none.
select coalesce(max(batch_seq), 0)::bigint as last_seq from batches
