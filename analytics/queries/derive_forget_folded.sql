-- Deletes rows of metric_totals that a fold has taken up. One row deleted: one that is in it.
--   $fold   bigint   number of the fold
delete from metric_totals where fold < $fold
