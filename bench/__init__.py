"""How fast the shop is, against the smallest honest program that does the same."""
