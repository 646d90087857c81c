"""A worker that freezes at the worst moment: `python -m tests.crash.frozen before|after`.

It claims the first message that is due and stops itself, as SIGSTOP or a paused machine would,
before the message is sent or after it was sent and before that is written down. When it is woken
it finds forty seconds gone by, more than a claim lasts, and goes on.
"""

import os
import signal
import sys
from datetime import timedelta

import click

from web.app import open_shop
from web.settings import load
from web.shop import utc_now
from web.worker import Worker

GONE = timedelta(seconds=40)


def main(moment):
    shop = open_shop(load())
    worker = Worker(shop)
    if moment == "before":
        worker._pace.wait = lambda phone, now: freeze(shop, 0)
    else:
        send = shop.ghala.send
        object.__setattr__(shop, "ghala", _Sender(lambda *a, **k: freeze(shop, send(*a, **k))))
    worker.work_off()
    click.echo("over")


class _Sender:
    def __init__(self, send):
        self.send = send


def freeze(shop, answer):
    click.echo("frozen")
    os.kill(os.getpid(), signal.SIGSTOP)
    shop.now = lambda: utc_now() + GONE
    return answer


if __name__ == "__main__":
    main(sys.argv[1])
