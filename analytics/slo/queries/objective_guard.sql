-- Fails, and so undoes the change it is part of, if the objectives are of other kinds than those the change judges for.
--   $kinds   varchar   as objective_kinds tells them
select case
    when $kinds <> (
        select coalesce(string_agg(kind, ' ' order by kind), '')
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
    )
    then error('the objectives changed while this was judged for the ones before; it is tried again')
end as same
