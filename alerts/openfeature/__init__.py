"""Decisions as feature flags, for services in any language: OFREP over HTTP, and a file for flagd."""
