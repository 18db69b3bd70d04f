-- The groups of what is counted again because its ceiling has changed. One row inserted: one group.
--   found    table(objective_id ubigint, from_at timestamp_ns, ceiling_usd decimal(38,15), ceiling_tokens bigint,
--            median double, requests bigint)
--   $since   timestamp   the instant
insert into objective_groups by name
with
judging as (
    select * from objectives where len(per) > 0 and objective_id in (select f.objective_id from found f)
),
-- take everything
-- take observed
-- take judgement
-- take groups
select * from numbered
