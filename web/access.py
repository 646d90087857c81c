"""Why the system refuses a file and, where it is forbidden, to whom."""

import os


def why(error: OSError) -> str:
    """Say the system's reason; where it is forbidden, as which user this runs."""
    reason = error.strerror or str(error)
    if not isinstance(error, PermissionError):
        return reason
    return f"{reason}; this runs as the user {user()}"


def user() -> str:
    """The name of whom the system takes us for, whatever the environment says."""
    try:
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    except ImportError:
        return os.environ.get("USERNAME", "?")  # Windows
    except KeyError:
        return str(os.geteuid())  # a container may have users without a name
