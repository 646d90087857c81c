"""What the dashboard borrows is what its authors published, with its licence beside it."""

import hashlib
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[2] / "web/static/vendor"
SUMS = dict(
    reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text("utf-8").splitlines()
)


@pytest.mark.parametrize("name", SUMS)
def test_a_borrowed_file_is_as_it_was_published(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]


def test_nothing_is_borrowed_without_a_checksum_and_a_licence():
    there = {each.name for each in VENDOR.iterdir()} - {"README.md", "SHA256SUMS"}
    library = {name.partition("-")[0] for name in there}

    assert there == SUMS.keys()
    assert {name.partition("-")[0] for name in there if "LICENSE" in name} == library
