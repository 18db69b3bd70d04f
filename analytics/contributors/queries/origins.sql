-- Where bad requests went wrong. One row: a kind of span and an error type, with how many bad requests began to go wrong
-- in such a span.
--   events         table(trace_id uuid, span_id ubigint, attribution_id ubigint, stage varchar, provider varchar,
--                  model varchar, good boolean, weight double)
--   $start, $until timestamp   spans that started within
--   $by            varchar     'failed': the span that failed first; 'slow': the one that ran longest below the entry;
--                              'tokens': the call with the most tokens; 'refused': the last that was refused, its finish
--                              reason where there was no error
with
bad as (
    select trace_id, max(span_id) as span_id, sum(weight) as weight
    from events
    where not good and trace_id is not null
    group by trace_id
),
candidates as (
    select
        s.trace_id, s.span_id, s.kind, coalesce(s.error_type, if($by = 'refused', c.finish_reason, null)) as error_type,
        b.weight,
        case $by
            when 'failed' then -epoch_ns(s.started_at) - s.duration_ns
            when 'slow' then s.duration_ns
            when 'refused' then epoch_ns(s.started_at)
            else coalesce(c.input_tokens, 0) + coalesce(c.output_tokens, 0)
        end as telling,
        s.entry
    from spans s
    join bad b on b.trace_id = s.trace_id and (b.span_id is null or b.span_id = s.span_id)
    left join model_calls c on $by in ('tokens', 'refused') and c.trace_id = s.trace_id and c.span_id = s.span_id
    where s.started_at >= $start and s.started_at < $until
        and ($by <> 'failed' or s.status = 'error')
        and ($by <> 'tokens' or c.trace_id is not null)
        and ($by <> 'refused' or is_refused(s.error_type, c.finish_reason))
),
telling as (
    select kind, error_type, weight
    from candidates
    qualify row_number() over (partition by trace_id order by entry, telling desc, span_id) = 1
)
select kind as stage, error_type, sum(weight) as bad
from telling
group by all
order by bad desc, stage, error_type
