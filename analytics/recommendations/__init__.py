"""Recommendations: where a cheaper model would do as well, and the money that it saves."""
