"""Every link of a page leads somewhere: to a file that is there, and to a heading that it has."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def links(page):
    """Where a page leads within the repository; code shows links that are none."""
    text = _CODE.sub("", page.read_text("utf-8"))
    found = {inline or attribute for inline, attribute in _LINK.findall(text)}
    return sorted(each for each in found if not each.startswith(("https://", "http://", "mailto:")))


def anchors(page):
    """How its headings are linked to, as GitHub and GitLab make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", each) for each in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in plain}


def dead(page, link):
    """Say what is wrong with a link; nothing when it is alive."""
    path, _, anchor = link.partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.exists() or not there.is_relative_to(ROOT):
        return f"{link}: there is no such file"
    if anchor and anchor not in anchors(there):
        return f"{link}: there is no such heading"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_is_alive(page):
    assert [told for link in links(page) if (told := dead(page, link))] == []


def test_a_dead_link_is_seen():
    readme = ROOT / "README.md"

    assert len(links(readme)) > 10
    assert dead(readme, "docs/nowhere.md") == "docs/nowhere.md: there is no such file"
    assert (
        dead(readme, "docs/flows.md#nowhere") == "docs/flows.md#nowhere: there is no such heading"
    )
    assert dead(readme, "docs/flows.md#all-words") == ""
    assert dead(readme, "#two-commands") == ""
