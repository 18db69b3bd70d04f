"""The FOCUS export: columns, rows, files and manifest of a chargeback period."""
