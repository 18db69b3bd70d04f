-- Says how far derivation has come.
--   $until   bigint   last batch that is derived
update progress set derived_seq = $until
