-- Totals of figures and of errors by their type, for counters that scrapes read. Nothing is counted again: what was
-- derived before is in none of these families.

--   measure      of figures, what was measured
--   error_type   of requests that ended in an error; null: nobody said
--   bound        of figures, the bucket's upper bound, in the measure's own unit
alter table metric_totals add column measure varchar;
alter table metric_totals add column error_type varchar;
