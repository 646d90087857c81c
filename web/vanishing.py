"""Disks that are emptied at every restart, and what to do instead of keeping books there."""

from collections.abc import Mapping
from pathlib import Path

from store import database

#: What a host sets where it runs us, its name, and what to do there.
HOSTS = {
    "DYNO": ("Heroku", "add PostgreSQL: heroku addons:create heroku-postgresql:essential-0"),
    "RAILWAY_ENVIRONMENT_ID": (
        "Railway",
        "add PostgreSQL, or a volume and DATABASE_URL=sqlite:////<its mount path>/duka.db",
    ),
    "K_SERVICE": ("Cloud Run", "set DATABASE_URL to a PostgreSQL database"),
}
LASTING = ("RAILWAY_VOLUME_MOUNT_PATH",)  # says where a disk is that stays


def told(url: str, environment: Mapping[str, str]) -> str:
    """Say that the books would be lost, and what to do; empty when they would not."""
    if not database.is_sqlite_url(url):
        return ""
    books = Path(database.file_of(url)).absolute()
    places = [Path(environment[name]) for name in LASTING if environment.get(name)]
    if any(books.is_relative_to(place) for place in places):
        return ""
    for name, (host, todo) in HOSTS.items():
        if environment.get(name):
            return (
                f"DATABASE_URL: {host} empties its disk at every restart, and the orders in "
                f"{books.name} with it → {todo}"
            )
    return ""
