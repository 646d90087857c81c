"""A test whose browser or server is missing is reported, never forgotten."""

from pathlib import Path

import pytest

from plugins import doors

BROWSING = """
import pytest

@pytest.fixture
def page():
    raise RuntimeError("a fixture was set up behind a closed door")

@pytest.mark.browser
def test_the_dashboard(page): ...

@pytest.mark.browser
def test_its_picture(page): ...

def test_plain(): ...
"""


@pytest.fixture
def suite(pytester, monkeypatch, tmp_path):
    """A small suite of its own, on a machine without any program."""
    pytester.makeconftest("pytest_plugins = ['plugins.doors']")
    pytester.makeini("[pytest]\nmarkers =\n  browser\n  editor\n  postgres\n  redis")
    pytester.makepyfile(BROWSING)
    for name in ("CI", "CHROMIUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))  # for workers, which start anew
    return pytester


@pytest.fixture
def browser(tmp_path):
    """A program that could be Chromium."""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_without_a_browser_its_tests_are_set_aside_and_named_once(suite):
    result = suite.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1, skipped=2)
    assert result.ret == pytest.ExitCode.OK
    told = [line for line in result.outlines if "for want of" in line]
    assert told == [
        "2 tests for want of Chromium: apt-get install chromium, or CHROMIUM=/path/to/it"
    ]


def test_in_ci_a_missing_browser_is_an_error(suite, monkeypatch):
    """A green build that ran no browser test would promise what nobody saw."""
    monkeypatch.setenv("CI", "true")

    result = suite.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1, errors=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["2 tests for want of Chromium: *"])


def test_the_tally_survives_workers(suite):
    result = suite.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2")

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["2 tests for want of Chromium: *"])


def test_with_a_browser_its_tests_run_and_nothing_is_said(suite, browser):
    suite.makepyfile(BROWSING.replace("raise RuntimeError", "print"))

    result = suite.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*did not run here*")


@pytest.mark.parametrize("marker", ["postgres", "redis"])
def test_a_server_from_a_wheel_is_missed_in_the_same_words(suite, monkeypatch, marker):
    monkeypatch.setattr(doors, "find_spec", lambda name: None)
    suite.makepyfile(BROWSING.replace("browser", marker))

    result = suite.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["2 tests for want of *: pip install *"])


def test_the_language_server_is_missed_in_the_same_words(suite):
    suite.makepyfile(BROWSING.replace("browser", "editor"))

    result = suite.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["2 tests for want of yaml-language-server: *npm*"])


def test_the_browser_that_chromium_names_goes_first(suite, monkeypatch, browser):
    other = browser.with_name("mine")
    other.write_bytes(browser.read_bytes())
    other.chmod(0o755)

    assert doors.chromium() == str(browser)
    monkeypatch.setenv("CHROMIUM", str(other))
    assert doors.chromium() == str(other)


def test_a_chromium_that_names_nothing_is_not_replaced_by_another(suite, monkeypatch, browser):
    """Who names a browser wants that one, and wants to know that it is not there."""
    monkeypatch.setenv("CHROMIUM", str(browser.with_name("gone")))

    assert doors.chromium() is None


def test_every_door_is_a_marker_of_the_suite(pytestconfig):
    known = {line.partition(":")[0] for line in pytestconfig.getini("markers")}

    assert {door.marker for door in doors.DOORS} <= known
