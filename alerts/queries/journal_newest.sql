-- One row: one entry of the journal, the newest first.
--   $before   bigint    entries before this one; null from the end
--   $kind     varchar   null means every kind
--   $limit    bigint    rows at most
select entry_seq, epoch_ns(noted_at) as noted_ns, kind, body, previous_sha256, sha256
from journal
where ($before is null or entry_seq < $before) and ($kind is null or kind = $kind)
order by entry_seq desc
limit $limit
