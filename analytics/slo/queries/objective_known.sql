-- The objectives that are counted. One row: one definition.
select objective_id from objectives
