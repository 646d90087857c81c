"""Which tests one worker runs together: those that share what takes long to open, or count."""

import os

import pytest

#: By the beginning of a test's name: all of a folder that ends in / together, else each file.
SHARED = ("tests/contract/", "tests/dashboard/test", "tests/test_conversations.py")


def shared_by(nodeid):
    """What a test shares with others, itself when it stands alone."""
    file = nodeid.partition("::")[0]
    for shared in SHARED:
        if file.startswith(shared):
            return shared if shared.endswith("/") else file
    return nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand the tests out by what they share: marks for that are lost on the way to the workers."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return shared_by(nodeid)

    return Together(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One worker more than there are cores: many a test waits for a page, a process or a disk."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None
