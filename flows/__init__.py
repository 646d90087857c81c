"""What the shop says and does: the functions a flow may name, and the one transaction."""
