-- Adds to objective_minutes what a change changes. One row inserted: one objective x group x minute whose counts move.
--   fresh           table shaped like requests, with sign: +1 for a request as it is now, -1 for the same as it was before
--   fresh_spans     table(ended_at timestamp_ns, attribution_id ubigint, stage, provider, model varchar, failed boolean,
--                   duration_ns bigint, first_chunk_ms double, usage_status varchar, tokens, refused boolean,
--                   sign bigint): of spans
--   fresh_figures   table shaped like figures, with sign: of figures
insert into objective_minutes by name
with
judging as (
    select * from objectives
),
-- take fresh
-- take observed
-- take judgement
-- take tallied
select *
from tallied
where total <> 0 or good <> 0 or events <> 0 or weight_square_sum <> 0
