"""Texts: placeholders looked up once, empty lines left out, braces refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import Text, template


@pytest.mark.parametrize(
    ("source", "values", "said"),
    [
        ("Hello", {}, "Hello"),
        ("Hello {name}", {"name": "Wanjiru"}, "Hello Wanjiru"),
        ("{a}{b}{a}", {"a": "x", "b": "y"}, "xyx"),
        ("{left} left", {"left": 0}, "0 left"),
        ("{n_2}", {"n_2": "ok"}, "ok"),
        ("100 % {a}", {"a": "%s"}, "100 % %s"),
        ("", {}, ""),
    ],
)
def test_a_text_is_filled(source, values, said):
    assert template(source).fill(values) == said


@pytest.mark.parametrize("value", ["{total}", "{", "}", "{{total}}", "%(total)s", "\\1", "{0}"])
def test_what_a_placeholder_brings_is_never_looked_into(value):
    """A customer's address may be "{total}"."""
    assert template("To: {address}").fill({"address": value, "total": "KES 1"}) == f"To: {value}"


@pytest.mark.parametrize("empty", ["", None])
def test_a_line_whose_placeholder_is_empty_is_left_out(empty):
    text = template("Order\nDelivery: {address}\nThank you")

    assert text.fill({"address": empty}) == "Order\nThank you"


def test_a_line_whose_placeholder_is_unknown_is_left_out():
    assert template("Order\nDelivery: {address}\nThank you").fill({}) == "Order\nThank you"


def test_a_line_with_one_empty_placeholder_of_two_is_left_out():
    assert template("{a} and {b}\nend").fill({"a": "x", "b": ""}) == "end"


def test_empty_lines_of_the_author_stay():
    assert template("a\n\n{x}\n\nb").fill({"x": "y"}) == "a\n\ny\n\nb"


@pytest.mark.parametrize(
    "source",
    ["{", "}", "{}", "{ total }", "{Total}", "{1a}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{{a}}",
     "{a}}", "{a", "a}", "{tótal}", "{a b}", "{\n}"],
)  # fmt: skip
def test_a_brace_that_is_no_placeholder_is_refused(source):
    with pytest.raises(ValueError, match="braces are for"):
        template(source)


@given(st.text(alphabet=st.characters(exclude_characters="{}"), max_size=60))
def test_a_text_without_braces_says_itself(source):
    assert template(source).fill({}) == source


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Hello"), ("sw", "Habari"), ("fr", "Hello"), ("", "Hello")]
)
def test_a_text_is_said_in_the_language_or_else_in_the_first(language, said):
    text = Text({"en": template("Hello"), "sw": template("Habari")})

    assert text.fill({}, language=language) == said


def test_a_text_of_all_languages_is_said_in_each():
    assert Text({"": template("M-Pesa")}).fill({}, language="sw") == "M-Pesa"


def test_the_placeholders_of_a_text_are_those_of_all_its_languages():
    assert Text({"en": template("{a}"), "sw": template("{b}")}).names == {"a", "b"}
