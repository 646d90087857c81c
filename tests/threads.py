"""Do one thing in many threads at once, each with its own connection to the books."""

import threading

from store import database


def at_once(many, work):
    """Let so many threads start together; give back what each returned, by its number."""
    results, gate = [None] * many, threading.Barrier(many)

    def run(number):
        gate.wait()
        try:
            results[number] = work(number)
        except Exception as error:  # noqa: BLE001  what a thread raised is its result
            results[number] = error
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
