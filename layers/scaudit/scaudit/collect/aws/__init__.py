"""The only callers of AWS: one way to ask, and every answer in our words."""
