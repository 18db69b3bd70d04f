"""Whether a system answers a golden set well, and whether a change made that worse: README.md has the rules."""
