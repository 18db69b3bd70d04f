-- One row: one entry of the journal, in the order of the chain.
--   $after   bigint    entries after this one; 0 from the beginning
--   $kind    varchar   null means every kind
--   $limit   bigint    rows at most
select entry_seq, epoch_ns(noted_at) as noted_ns, kind, body, previous_sha256, sha256
from journal
where entry_seq > $after and ($kind is null or kind = $kind)
order by entry_seq
limit $limit
