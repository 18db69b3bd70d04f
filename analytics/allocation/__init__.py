"""Who pays: rules that complete attribution, shared costs and infrastructure split exactly, and key figures."""
