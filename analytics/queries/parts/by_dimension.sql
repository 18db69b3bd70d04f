-- Who requests belong to: everybody, and each value of the dimensions they are looked at by. One row: one owner x one of these.
words as (
    select attribution_id, tenant, tier, unnest([
        {'dimension': 'all', 'value': ''}, {'dimension': 'tenant', 'value': tenant}, {'dimension': 'route', 'value': route}
    ], recursive := true)
    from attributions
)
