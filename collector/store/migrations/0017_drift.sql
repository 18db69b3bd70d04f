-- Drift: figures as cells of histograms, so that they can be compared.

-- The cell of a figure: 32 for each factor of two, as latency buckets have; 16384 is 1, negative figures are below zero.
-- A figure is known to 1.1 %.
create macro figure_cell(x) as
    case when x = 0 then 0 else (sign(x) * (16384 + round(32 * log2(abs(x)))))::bigint end;
