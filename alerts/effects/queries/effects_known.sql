-- Effects as they were judged last. One row: one effect.
--   $effect_ids   varchar[]
select effect_id, settled, effect from downgrade_effects where effect_id in (select unnest($effect_ids::varchar[]))
