-- Notes whose the closing under way is.
--   $token          varchar   known to that closing only
--   $period_start   date
insert into closing values ($token, $period_start)
