-- One row: one UTC day that some bill of the issuer tells of, with the bill that counts: the newest one.
--   $issuer         varchar
--   $start, $until  date      half-open
--   $import_ids     varchar[] only these imports; null means any
select d.day, max_by(d.import_id, (i.imported_at, i.import_id)) as import_id,
    epoch_ns(max(i.imported_at)) as imported_at_ns
from bill_days d
join bill_imports i on i.import_id = d.import_id
where d.issuer = $issuer and d.day >= $start and d.day < $until
    and ($import_ids is null or list_contains($import_ids, d.import_id))
group by d.day
order by d.day
