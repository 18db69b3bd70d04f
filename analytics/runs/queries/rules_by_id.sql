-- One row: the attribution rules of this id.
--   $rules_id   varchar   a uuid
select body from rule_sets where rules_id = $rules_id::uuid
