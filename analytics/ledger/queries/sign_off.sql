-- Closes a month, unless another closing has taken over.
--   $token          varchar   of the closing
--   $period_start   date
--   $closed_ns      bigint    unix nanoseconds
--   $closed_by      varchar
--   $note           varchar   null: none
--   $manifest       varchar   canonical json
--   $sha256         varchar   of its bytes
insert into periods
select $period_start, make_timestamp_ns($closed_ns), $closed_by, $note, $manifest, $sha256
where $token in (select token from closing)
