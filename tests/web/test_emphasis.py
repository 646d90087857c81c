"""What WhatsApp shows bold, slanted, struck or as typed is shown so, and stays text."""

import pytest

from web.dashboard import emphasis
from web.dashboard.emphasis import Span, spans

LONG = 4096


def told(text):
    return [(each.text, each.style) for each in spans(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", []),
        ("hello", [("hello", "")]),
        ("*Total: KES 3,000*", [("Total: KES 3,000", "bold")]),
        ("_Kwa Kiswahili, tuma *Kiswahili*._",
         [("Kwa Kiswahili, tuma ", "italic"), ("Kiswahili", "italic bold"), (".", "italic")]),
        ("~KES 900~ KES 800", [("KES 900", "struck"), (" KES 800", "")]),
        ("*a* and *b*", [("a", "bold"), (" and ", ""), ("b", "bold")]),
        ("send *menu*!", [("send ", ""), ("menu", "bold"), ("!", "")]),
        ("```*as it is*```", [("*as it is*", "mono")]),
        ("```two\nlines``` then *bold*",
         [("two\nlines", "mono"), (" then ", ""), ("bold", "bold")]),
        ("*one\ntwo*", [("*one", ""), ("\n", ""), ("two*", "")]),
        ("2 * 3 * 4", [("2 * 3 * 4", "")]),
        ("snake_case_name", [("snake_case_name", "")]),
        ("5*6*7", [("5*6*7", "")]),
        ("**", [("**", "")]),
        ("* a*", [("* a*", "")]),
        ("*a *", [("*a *", "")]),
        ("```never closed", [("```", ""), ("never closed", "")]),
        ("``````", [("```", ""), ("```", "")]),
        ("*a _b* c_", [("a _b", "bold"), (" c_", "")]),
        ("<b>*x*</b>", [("<b>", ""), ("x", "bold"), ("</b>", "")]),
    ],
)  # fmt: skip
def test_a_mark_changes_the_look_where_whatsapp_says_so(text, shown):
    assert told(text) == shown


@pytest.mark.parametrize("text", ["*a ", "*", "_*~", "```", " *a* ", "*a_b~c "])
def test_what_is_looked_at_grows_as_the_text_does(text, monkeypatch):
    asked = []
    opens = emphasis._opens
    monkeypatch.setattr(emphasis, "_opens", lambda *at: asked.append(at) or opens(*at))
    spans(text * LONG)

    assert len(asked) <= len(text) * LONG


@pytest.mark.parametrize("text", ["a *b* c", "~x~ ```y``` _z_", "*a _b* c_", "```", "plain\n\n*"])
def test_nothing_but_marks_is_lost(text):
    def bare(words):
        return "".join(each for each in words if each not in "*_~`")

    assert bare("".join(each.text for each in spans(text))) == bare(text)


def test_a_piece_is_plain_text():
    assert spans("*<script>*") == [Span("<script>", "bold")]
