-- One row: one line of the bill that counts for its day.
--   $issuer   varchar
--   told      table(day date, import_id varchar): the bill that counts for each day
select l.issuer, l.project, l.day, l.model, l.usage_class, l.usage_type, l.kind, l.amount_usd, l.quantity, l.currency,
    l.file, l.place
from bill_lines l
join told t on t.day = l.day and t.import_id = l.import_id
where l.issuer = $issuer
order by l.import_id, l.line
