-- The words a group is about: columns of its owner, and of the UTC instant `cut_at` that it counts at.
--   $by_tenant ... $by_hour   boolean   whether to split by it
    case when $by_tenant then tenant end as tenant,
    case when $by_team then team end as team,
    case when $by_feature then feature end as feature,
    case when $by_route then route end as route,
    case when $by_tier then tier end as tier,
    case when $by_environment then environment end as environment,
    case when $by_cost_center then cost_center end as cost_center,
    case when $by_project then project end as project,
    case when $by_day then strftime(cut_at, '%Y-%m-%d') end as day,
    case when $by_hour then epoch_ns(date_trunc('hour', cut_at)) end as hour,
-- end
