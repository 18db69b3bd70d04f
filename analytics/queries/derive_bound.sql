-- Where the next derivation ends: the last batch of the run of batches that holds at most $spans spans, at least one.
--   $after   bigint   last batch that is derived
--   $spans   bigint   spans one derivation may take
with waiting as (
    select batch_seq, sum(stored) over (order by batch_seq) as running
    from batches
    where batch_seq > $after
)
select coalesce(max(batch_seq) filter (where running <= $spans), min(batch_seq)) as until
from waiting
