"""The table: what is kept from one look to the next."""
