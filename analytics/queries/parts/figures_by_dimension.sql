-- Figures that spans and evaluations tell, each for everybody and for each dimension that it is looked at by, with its value;
-- the end of a list of columns and what they come from.
        unnest([
            {'dimension': 'all', 'value': ''}, {'dimension': 'tenant', 'value': a.tenant},
            {'dimension': 'route', 'value': a.route}, {'dimension': 'model', 'value': f.model}
        ], recursive := true)
    from figures f
    left join attributions a on a.attribution_id = f.attribution_id
-- end
