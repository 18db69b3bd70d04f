-- What a change brings (sign +1) and takes back (-1). One row each: one request, one span, one figure.
--   fresh, fresh_spans, fresh_figures   tables of the change
-- if request
requests_told as (
    select *, null as mark from fresh
),
-- end
-- if span
spans_told as (
    select *, null as mark from fresh_spans
),
-- end
-- if measure
figures_told as (
    select *, null as mark from fresh_figures
),
-- end
