-- Which charges are asked for and how they are ordered, behind ``where``: the dearest first, those without a price last.
--   $cost_center, $team, $seller, $model, $entry, $status   varchar   null means any, '' those without one
--   $limit                 bigint    rows at most
    ($cost_center is null or coalesce(cost_center, '') = $cost_center)
    and ($team is null or coalesce(team, '') = $team)
    and ($seller is null or coalesce(seller, '') = $seller)
    and ($model is null or coalesce(model, '') = $model)
    and ($entry is null or coalesce(entry, '') = $entry)
    and ($status is null or coalesce(status, '') = $status)
order by cost_usd desc nulls last, charge_id
limit $limit
-- end
