-- Writes down that a book was recorded.
--   $edition_id   varchar     uuid
--   $at           timestamp
--   $sha256       varchar
--   $prices       bigint
insert into price_editions by name
select $edition_id::uuid as edition_id, $at::timestamp as recorded_at, $sha256 as sha256, $prices::bigint as prices
