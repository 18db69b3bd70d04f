-- Fails, and so undoes the change it is part of, if versions were read further meanwhile: nothing is counted twice.
--   $after   bigint   the batch that was read last
select case
    when (select seen_seq from version_progress) <> $after then error('versions were read by somebody else meanwhile')
end as same
