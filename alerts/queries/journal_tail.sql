-- The last entry of the journal, to which the next one is chained. One row, or none while the journal is empty.
select entry_seq, sha256 from journal order by entry_seq desc limit 1
