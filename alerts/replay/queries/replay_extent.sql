-- From when to when there are complete requests. One row; null where there is none.
select epoch_ns(min(ended_at)) as first_ns, epoch_ns(max(ended_at)) as last_ns from requests where complete
