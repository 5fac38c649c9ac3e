"""notify's side: what is announced, when, and in which words."""
