"""How many of a thing, as people say it."""


def counted(many: int, thing: str) -> str:
    """Say ``1 order`` or ``1,200 orders``."""
    return f"{many:,} {thing}{'' if many == 1 else 's'}"
