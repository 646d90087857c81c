"""Verbs of the `duka` command that stand in modules of their own."""
