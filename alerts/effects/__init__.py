"""What downgrades came to: money saved, and what they cost in quality, outcomes, latency and errors."""
