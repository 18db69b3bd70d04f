-- How metric_totals stands. One row: the number of the last fold, and how many rows are not folded yet.
select coalesce(max(fold), 0) as fold, count(*) filter (where fold = 0) as unfolded from metric_totals
