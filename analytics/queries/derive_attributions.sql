-- Every known combination of attribution words. One row: one combination.
select attribution_id, tenant, team, feature, route, tier, environment, cost_center, project
from attributions
