"""What operating a shop needs: both databases, a clean one whenever it is asked, and open shops."""

import pytest
from contract.contract_actors import Duka
from crash.conftest import fresh

__all__ = ["fresh"]


@pytest.fixture(scope="session")
def open_shop(tmp_path_factory):
    """Open a shop in a process of its own; it is gone at the end."""
    shops = []

    def make(**settings):
        duka = Duka(tmp_path_factory.mktemp("shop"), **settings)
        shops.append(duka)
        return duka.start().wait()

    yield make
    for each in shops:
        each.kill()
