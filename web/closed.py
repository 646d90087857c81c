"""Why the database cannot be opened: the driver's reason in one line, and what to do about it."""

#: What to do, by what the driver says; the first that fits.
_TODO = (
    ("authentication failed", "mend the name or the password in DATABASE_URL"),
    (
        "no password supplied",
        "put the password into DATABASE_URL: postgresql://NAME:PASSWORD@HOST/…",
    ),
    (
        "does not exist",
        "mend its name in DATABASE_URL, or make it: see docs/deployment.md, PostgreSQL",
    ),
    ("resolve host", "mend the host in DATABASE_URL"),
    ("refused", "start the database, or mend the host and port in DATABASE_URL"),
    ("unable to open", "let this user write there, or name another file in DATABASE_URL"),
    ("not a database", "put the newest copy back: duka restore --replace"),
    ("malformed", "put the newest copy back: duka restore --replace"),
)
OTHERWISE = "is it running, and is DATABASE_URL right?"


def parted(error: Exception) -> tuple[str, str]:
    """The reason, and what to do: the error's own word for it after an arrow, else ours."""
    reason, _, todo = " ".join(str(error).split()).partition(" → ")
    return reason, todo or next((told for sign, told in _TODO if sign in reason), OTHERWISE)


def line(error: Exception) -> str:
    """Say both in one line."""
    reason, todo = parted(error)
    return f"DATABASE_URL: the database cannot be opened: {reason} → {todo}"
