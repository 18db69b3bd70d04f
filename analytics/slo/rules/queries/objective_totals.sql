-- Everything an objective ever judged, as sums that only grow: what was added, and what was taken back when late spans
-- changed a request; their difference is what counts. Rows are only ever appended, so a restart changes no sum; where
-- everything is derived anew, or a definition is dropped and comes back, sums start again from nothing.
-- One row: one objective x group with any count; the words of group 0, and words a group does not have, are null.
with
sums as (
    select
        objective_id, group_id,
        sum(greatest(total, 0))::double as events,
        sum(greatest(total - good, 0))::double as bad_events,
        -sum(least(total, 0))::double as events_taken_back,
        -sum(least(total - good, 0))::double as bad_events_taken_back,
        sum(greatest(weight_square_sum, 0))::double as weight_squares
    from objective_minutes
    group by all
)
select
    s.*, g.tenant, g.team, g.feature, g.route, g.environment, g.stage, g.provider, g.model
from sums s
left join objective_groups g on g.objective_id = s.objective_id and g.group_id = s.group_id
order by s.objective_id, s.group_id
