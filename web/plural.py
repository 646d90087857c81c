"""How many of a thing, as people say it."""


def counted(many: int, thing: str) -> str:
    """Say ``1 order`` or ``1,200 orders``."""
    return f"{many:,} {thing}{'' if many == 1 else 's'}"


def waiting(many: int) -> str:
    """Say ``a message waits`` or ``1,200 messages wait``."""
    few = {0: "no message waits", 1: "a message waits"}
    return few.get(many, f"{many:,} messages wait")
