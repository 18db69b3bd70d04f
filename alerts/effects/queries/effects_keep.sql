-- Keeps effects as they stand, in the place of what was known of them. One row: one effect.
--   judged   table shaped like downgrade_effects
insert or replace into downgrade_effects by name
select * from judged
