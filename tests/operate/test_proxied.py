"""Behind nginx each customer of the API is counted alone; nobody can write his own address."""

import pytest

from web import proxied

CASES = [
    ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
    ("10.1.2.3", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
    ("100.64.0.2", "203.0.113.7", "203.0.113.7"),
    ("8.8.8.8", "203.0.113.7", "8.8.8.8"),
    ("127.0.0.1", "", "127.0.0.1"),
    ("127.0.0.1", "nonsense", "127.0.0.1"),
    ("127.0.0.1", "203.0.113.7, ", "127.0.0.1"),
    ("", "203.0.113.7", ""),
]


@pytest.mark.parametrize(("peer", "forwarded", "counted"), CASES)
def test_a_neighbour_is_believed_and_a_stranger_is_not(peer, forwarded, counted):
    seen = []
    app = proxied.mount(lambda environ, start: seen.append(environ["REMOTE_ADDR"]) or [])

    app({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, lambda *_: None)

    assert seen == [counted]
