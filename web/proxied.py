"""Who asks, where a proxy stands in front: the address that it saw, not its own."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def mount(app: Application) -> Application:
    """Believe the last address that a neighbour forwards; a stranger may write what he likes."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if seen and _is_neighbour(environ.get("REMOTE_ADDR", "")) and _is_address(seen):
            environ["REMOTE_ADDR"] = seen
        return app(environ, start)

    return answer


def _is_neighbour(address: str) -> bool:
    """Is it this machine or the network that it stands in, as nginx and the hosts' routers are?"""
    return _is_address(address) and not ip_address(address).is_global


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
