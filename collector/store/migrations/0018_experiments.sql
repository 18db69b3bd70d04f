-- Experiments: which variant served a request, and what belongs together when variants are compared.

-- What a span says; null where nobody said. Spans that were stored before have none: they are not read again from their
-- payloads.
--   configuration_*       of settings that decide how it is served
--   experiment, variant   which of the variants that an experiment compares
--   session_id            of the conversation
alter table spans add column configuration_name varchar;
alter table spans add column configuration_version varchar;
alter table spans add column experiment varchar;
alter table spans add column variant varchar;
alter table spans add column session_id varchar;
