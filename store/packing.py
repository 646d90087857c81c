"""JSON as the books keep it: dense, and in the letters in which it was written."""

from typing import Any

import orjson


def packed(value: Any) -> str:
    """Write it down; raises TypeError for what JSON has no word for."""
    return orjson.dumps(value).decode()


def unpacked(text: str) -> Any:
    """Read what was written down."""
    return orjson.loads(text)
