"""`scaudit describe`: one service, or one task of it, as a whole."""
