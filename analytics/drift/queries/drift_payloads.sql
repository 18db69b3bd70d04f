-- Some of the requests that spans of one period came in. One row: one stored OTLP request.
--   $start_ns, $until_ns   bigint   the period: spans that began in it, nanoseconds since 1970, half-open
--   $block_ns              bigint   length of a block; block n begins n blocks after the start
--   $most                  bigint   requests of a block
with
batches as (
    select batch_seq, min((epoch_ns(started_at) - $start_ns::bigint) // $block_ns) as block
    from spans
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
    group by batch_seq
    qualify row_number() over (partition by block order by hash(batch_seq), batch_seq) <= $most
)
select p.codec, p.raw_bytes, p.body
from payloads p
join batches b on b.batch_seq = p.batch_seq
order by p.batch_seq
