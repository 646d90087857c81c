"""The two databases that a shop may keep its books in."""

import pytest

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
