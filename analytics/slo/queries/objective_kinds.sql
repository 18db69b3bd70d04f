-- What has to be asked to judge for the objectives there are. One row: the words of their kinds, in order, '' for none.
select coalesce(string_agg(kind, ' ' order by kind), '') as kinds
from (
    select distinct unnest([
        unit,
        sli,
        case when len(per) > 0 then 'grouped' end,
        case when relative then 'relative' end,
        case when budgeting <> 'occurrences' then 'sliced' end
    ]) as kind
    from objectives
)
where kind is not null
