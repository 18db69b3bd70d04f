-- Counts again, from an instant on, what objectives judge whose ceiling has changed then. One row inserted: one objective
-- x group x minute.
--   found    table(objective_id ubigint, from_at timestamp_ns, ceiling_usd decimal(38,15), ceiling_tokens bigint,
--            median double, requests bigint)
--   $since   timestamp   the instant
insert into objective_minutes by name
with
judging as (
    select * from objectives where objective_id in (select f.objective_id from found f)
),
-- take everything
-- take observed
-- take judgement
-- take tallied
select * from tallied
