"""The `scaudit` command: what the deployed functions know, for one's own eyes and files."""

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and SIGINT, as shells have it."""
