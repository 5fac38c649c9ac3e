"""The `scaudit` command: what the deployed functions know, for one's own eyes and files."""
