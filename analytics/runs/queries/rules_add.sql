-- Remembers attribution rules; those that are known stay as they were.
--   fresh   table shaped like rule_sets
insert into rule_sets by name
select f.* from fresh f where f.rules_id not in (select r.rules_id from rule_sets r)
