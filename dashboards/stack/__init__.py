"""What stands around one server: Prometheus, Alertmanager, Grafana, a proxy and a collector in front, as files."""
