"""AWS, call by call; nothing else calls it. Every read is declared in one of these modules."""
