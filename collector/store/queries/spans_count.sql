-- One row: how many spans are stored, and the newest batch number (0 for an empty store).
select
    (select count(*) from spans) as spans,
    (select count(*) from batches) as batches,
    (select coalesce(max(batch_seq), 0) from batches) as batch_seq
