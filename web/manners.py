"""Manners of threads that share a processor: nobody pushes, and who has answered steps aside."""

import os
import sys
from contextlib import suppress


def work_calmly() -> None:
    """Let no thread of ours that wakes push away the one at work: an eighth more messages pass."""
    if sys.platform == "linux":
        with suppress(OSError):  # not every container lets a program choose
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def step_aside() -> None:
    """Let those work who were woken, such as the listener, which is to send what we answered.

    As nobody pushes, they would wait until we rest: a tenth of what one customer waits.
    """
    if sys.platform != "win32":
        os.sched_yield()
