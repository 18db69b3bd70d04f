-- Adds one word on a definition, under the next number.
--   fresh   table shaped like objective_approvals: one row, whose approval_seq does not count
insert into objective_approvals by name
select f.* replace ((select coalesce(max(a.approval_seq), 0) + 1 from objective_approvals a) as approval_seq)
from fresh f
