-- One row: one import, newest first, with the names of its files. Every import where $import_id is null.
--   $import_id   varchar   one of them
select
    i.import_id, i.kind, epoch_ns(i.imported_at) as imported_at_ns, i.start_on, i.until_on, i.lines, i.left_out,
    i.left_out_usd, i.repaired,
    (select list(f.name order by f.position) from bill_files f where f.import_id = i.import_id) as files,
    (select list(distinct d.issuer order by d.issuer) from bill_days d where d.import_id = i.import_id) as issuers,
    (select coalesce(sum(l.amount_usd), 0)::decimal(38, 15) from bill_lines l where l.import_id = i.import_id)
        as amount_usd
from bill_imports i
where $import_id is null or i.import_id = $import_id
order by i.imported_at desc, i.import_id
