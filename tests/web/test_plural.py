"""One of a thing is not called as many are."""

import pytest

from web.plural import counted


@pytest.mark.parametrize(
    ("many", "said"), [(0, "0 orders"), (1, "1 order"), (2, "2 orders"), (1200, "1,200 orders")]
)
def test_a_number_of_things_is_said_as_people_say_it(many, said):
    assert counted(many, "order") == said
