-- The words that a group is about: columns of `o`, an owner, and of `f` with the instant it counts at.
--   $by_tenant ... $by_hour   boolean   whether to split by it
case when $by_tenant then o.tenant end as tenant,
case when $by_team then o.team end as team,
case when $by_feature then o.feature end as feature,
case when $by_route then o.route end as route,
case when $by_tier then o.tier end as tier,
case when $by_environment then o.environment end as environment,
case when $by_cost_center then o.cost_center end as cost_center,
case when $by_project then o.project end as project,
case when $by_day then strftime(whole_us(f.started_at), '%Y-%m-%d') end as day,
case when $by_hour then epoch_ns(date_trunc('hour', whole_us(f.started_at))) end as hour,
-- end
