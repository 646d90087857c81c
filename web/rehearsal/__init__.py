"""Conversations written down as tests: read, played, told, measured and made."""
