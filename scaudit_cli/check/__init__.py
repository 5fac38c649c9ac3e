"""`scaudit check`: the same reads and checks as the deployed functions, once and now, with the caller's rights."""
