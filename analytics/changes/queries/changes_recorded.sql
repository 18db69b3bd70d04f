-- What this server noted about itself. One row: one version of something, in order of time.
--   source    journal | objective | prices
--   name      kind of the journal's entry; name of the objective; '' of the price book
--   version   of an objective its number, of the price book its edition; body: of the journal what it wrote
select 'journal' as source, kind as name, entry_seq::varchar as version, epoch_ns(noted_at) as at_ns, body
from journal
where kind in ('budgets', 'configuration')
union all
select 'objective', name, version::varchar, epoch_ns(recorded_at), null
from objective_versions
union all
select 'prices', '', left(replace(edition_id::varchar, '-', ''), 12), epoch_ns(recorded_at::timestamp_ns), null
from price_editions
order by at_ns, source, name, version
