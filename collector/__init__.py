"""The collector: OTLP in, normalised, stored durably."""
