"""How much a process takes upon itself."""

from web.server import hands
from web.settings import Settings


def settings(url):
    return Settings(_env_file=None, database_url=url)


def test_on_sqlite_as_many_messages_leave_as_whatsapp_takes():
    here = settings("sqlite:///duka.db")

    assert hands(here).senders / 0.2 >= here.send_per_second  # while Ghala takes 200 ms


def test_a_process_needs_not_all_connections_of_the_smallest_postgres_for_rent():
    """Heroku's "essential-0" allows 20; while `duka` is typed beside it, one more is needed."""
    there = hands(settings("postgresql://localhost/duka"))

    assert there.desks + there.senders + 1 < 20
