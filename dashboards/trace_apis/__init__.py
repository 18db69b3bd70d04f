"""Traces for Grafana: the parts of Tempo's API and of Jaeger's that its data sources call, answered from the store."""
