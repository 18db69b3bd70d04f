-- Appends entries that are already chained.
--   noted   table(entry_seq, noted_at, kind, body, previous_sha256, sha256)
insert into journal by name select * from noted
