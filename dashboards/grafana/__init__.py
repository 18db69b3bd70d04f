"""Dashboards for Grafana: definitions in Python, written as classic JSON, with the provisioning that goes with them."""
