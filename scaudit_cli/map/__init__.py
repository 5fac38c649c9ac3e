"""The map: one page that shows every endpoint, what is wrong with it, and who names it. Data in, text out."""
