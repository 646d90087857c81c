"""Ghala's words on one side, ours on the other: what is heard, said, and how the wire fails."""
