-- Gives combinations of words that are seen for the first time a group of their own, while there is room: 200 an
-- objective. One row inserted: one group.
--   fresh           table shaped like requests, with sign: +1 for a request as it is now, -1 for the same as it was before
--   fresh_spans     table(ended_at timestamp_ns, attribution_id ubigint, stage, provider, model varchar, failed boolean,
--                   duration_ns bigint, first_chunk_ms double, usage_status varchar, tokens, refused boolean,
--                   sign bigint): of spans
--   fresh_figures   table shaped like figures, with sign: of figures
insert into objective_groups by name
with
judging as (
    select * from objectives where len(per) > 0
),
-- take fresh
-- take observed
-- take judgement
-- take groups
select * from numbered
