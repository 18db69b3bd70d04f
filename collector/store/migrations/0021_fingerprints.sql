-- What models and guardrails say of themselves, to be compared over time; null where nobody said. Spans that were stored
-- before have none: they are not read again from their payloads.
--   system_fingerprint   of the configuration a provider served a call with
--   verdict              of a guardrail
alter table model_calls add column system_fingerprint varchar;
alter table spans add column verdict varchar;
