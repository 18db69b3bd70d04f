-- One row: when spans were last stored, in nanoseconds since 1970; null: never.
select epoch_ns(max(received_at)) as received_ns from batches where signal = 'traces' and stored > 0
