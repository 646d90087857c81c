"""What operating a shop needs: both databases, and a clean one whenever it is asked."""

from crash.conftest import fresh, postgres

__all__ = ["fresh", "postgres"]
