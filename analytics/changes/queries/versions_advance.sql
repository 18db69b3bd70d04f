-- Moves the mark of what has been read.
--   $until   bigint   the last batch that is in version_hours now
update version_progress set seen_seq = $until
