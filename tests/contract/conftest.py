"""The product as its neighbours see it: real processes, plain HTTP, the sandbox for a provider."""

from types import SimpleNamespace

import pytest
from contract_actors import Customer, Duka, Sandbox, free_port
from contract_tap import Tap


@pytest.fixture(scope="session")
def open_world(tmp_path_factory):
    """Open a Duka, a sandbox and a tap between them; all are gone at the end."""
    programs = []

    def make(name, **settings):
        folder = tmp_path_factory.mktemp(name)
        port = free_port()
        ghala = Sandbox(folder / "ghala", duka=port)
        tap = Tap(ghala.port)
        duka = Duka(folder / "duka", ghala=tap.port, port=port, **settings)
        programs.extend((ghala, duka))
        for each in (ghala.start(), duka.start()):
            each.wait()
        return SimpleNamespace(duka=duka, ghala=ghala, tap=tap)

    yield make
    for each in programs:
        each.kill()
    told = [line for each in programs if isinstance(each, Duka) for line in each.indiscretions()]
    assert told == []  # nowhere in the log of the whole run


@pytest.fixture(scope="session")
def world(open_world):
    return open_world("world")


@pytest.fixture(scope="session")
def duka(world):
    return world.duka


@pytest.fixture(scope="session")
def tap(world):
    return world.tap


@pytest.fixture
def ghala(world):
    """The sandbox, on its best behaviour again after each test."""
    yield world.ghala
    world.ghala.plan("")


@pytest.fixture
def customer(duka, ghala):
    return Customer(duka, ghala)


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Start a Duka without any provider; it is gone at the end."""
    programs = []

    def make(folder=None, **settings):
        duka = Duka(folder or tmp_path_factory.mktemp("alone"), **settings)
        programs.append(duka)
        return duka.start().wait()

    yield make
    for each in programs:
        each.kill()
