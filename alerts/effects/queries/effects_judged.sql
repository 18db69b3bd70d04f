-- When effects were judged last. One row: one effect.
select effect_id, epoch_ns(judged_at) as judged_ns, settled from downgrade_effects
