"""What is to be done and when: tasks in lanes, each lane one at a time and in its order."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

_log = logging.getLogger(__name__)

Act = Callable[[], float | None]
"""Does the task; gives the seconds to wait before it is tried again, or None when it is done."""


@dataclass(slots=True)
class Task:
    """Something due at a time; a task holds up what stands behind it in its lane."""

    lane: str
    due: float
    number: int
    act: Act


@dataclass(slots=True)
class Agenda:
    """The tasks, done by threads after `start`, or by the caller of `catch_up`."""

    now: Callable[[], datetime]
    _lanes: dict[str, deque[Task]] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _change: threading.Condition = field(default_factory=threading.Condition)
    _numbers: "count[int]" = field(default_factory=count)
    _threads: list[threading.Thread] = field(default_factory=list)
    _running: bool = False

    def add(self, lane: str, due: float, act: Act) -> None:
        """Have something done at that time, after what the lane already holds."""
        with self._change:
            task = Task(lane, due, next(self._numbers), act)
            self._lanes.setdefault(lane, deque()).append(task)
            self._change.notify()

    def catch_up(self) -> int:
        """Do in this thread what is due by now, and tell how many times something was done."""
        done = 0
        while task := self._take():
            self._perform(task)
            done += 1
        return done

    @property
    def busy(self) -> bool:
        """Is anything left to do, now or later?"""
        return bool(self._lanes)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is left to do, so long at most, and tell whether that came."""
        with self._change:
            return self._change.wait_for(lambda: not self._lanes, seconds)

    def settle(self, settled: Callable[[], bool], seconds: float) -> None:
        """Wait, so long at most, until something was done; without threads, do it here."""
        if not self._running:
            self.catch_up()
            return
        with self._change:
            self._change.wait_for(settled, seconds)

    def start(self, workers: int = 4) -> None:
        """Let threads do what comes due."""
        if self._running:
            return
        self._running = True
        for number in range(workers):
            thread = threading.Thread(target=self._work, name=f"sandbox-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Finish what is being done right now and let the threads end."""
        with self._change:
            self._running = False
            self._change.notify_all()
        for thread in self._threads:
            thread.join(timeout=15)
        self._threads.clear()

    def _work(self) -> None:
        while self._running:
            task = self._take()
            if task:
                self._perform(task)
                continue
            with self._change:
                if self._running:
                    self._change.wait(self._pause())

    def _take(self) -> Task | None:
        with self._change:
            now = self.now().timestamp()
            heads = (lane[0] for name, lane in self._lanes.items() if name not in self._busy)
            due = [task for task in heads if task.due <= now]
            if not due:
                return None
            task = min(due, key=lambda task: (task.due, task.number))
            self._busy.add(task.lane)
            return task

    def _perform(self, task: Task) -> None:
        again: float | None = None
        try:
            again = task.act()
        except Exception:  # noqa: BLE001  # one broken task must not end the thread for all
            _log.exception("A task of the sandbox failed and is dropped")
        finally:
            self._put_back(task, again)

    def _put_back(self, task: Task, again: float | None) -> None:
        with self._change:
            self._busy.discard(task.lane)
            lane = self._lanes[task.lane]
            if again is not None:
                task.due = self.now().timestamp() + again
            else:
                lane.popleft()
                if not lane:
                    del self._lanes[task.lane]
            self._change.notify_all()

    def _pause(self) -> float:
        """Tell how long to wait at most; a clock that is set by hand is looked at often."""
        now = self.now().timestamp()
        waits = [lane[0].due - now for name, lane in self._lanes.items() if name not in self._busy]
        return min(max(min(waits, default=1.0), 0.005), 1.0)
