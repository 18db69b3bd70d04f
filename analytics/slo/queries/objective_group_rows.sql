-- The words that objectives keep budgets by. One row: one group.
--   wanted   table(objective_id ubigint): the objectives
select g.objective_id, g.group_id, g.tenant, g.team, g.feature, g.route, g.environment, g.stage, g.provider, g.model
from objective_groups g
where g.objective_id in (select w.objective_id from wanted w)
order by g.objective_id, g.group_id
