"""Facts in, verdicts out."""
