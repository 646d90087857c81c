"""What the source itself must never do, read from the source."""

import ast
import re
from pathlib import Path

import pytest

from store import database, migrate
from web import sole

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("engine", "store", "flows", "adapters", "web")
SECRET = re.compile(r"secret|password|passwd|signature|claimed|(^|_)token($|_)|api_?key|digest")


def modules():
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file.read_text("utf-8")


def plainly_compared(source):
    """The lines that compare something named like a secret by == or !=, but for emptiness."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        if not any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(each, ast.Constant) for each in sides):
            continue  # with what stands in the source, which is no secret
        named = [each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")
                 for each in sides]  # fmt: skip
        if any(SECRET.search(name.lower()) for name in named):
            yield node.lineno


#: Who takes a statement, by the name it is called under.
DATABASE = {"execute_sql", "execute", "executescript", "raw", "SQL"}


def put_together(source):
    """The lines that hand the database a text that is neither written there nor a constant."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _takes_statements(node.func):
            given = node.args[0]
            name = getattr(given, "attr", getattr(given, "id", ""))
            if not isinstance(given, ast.Constant) and not name.isupper():
                yield node.lineno


def _takes_statements(called):
    if isinstance(called, ast.Name):
        return called.id in DATABASE
    if not isinstance(called, ast.Attribute):
        return False
    ours = getattr(called.value, "id", "") == "statements" and called.attr in ("run", "one")
    return ours or called.attr in DATABASE


def found(look, *, but=()):
    return [
        f"{path}:{line}"
        for path, text in modules() if not path.startswith(but)
        for line in look(text)
    ]  # fmt: skip


def test_no_secret_is_compared_by_a_plain_equals():
    """Only hmac.compare_digest takes as long for a near guess as for a wild one."""
    assert found(plainly_compared) == []


@pytest.mark.parametrize("bad", ["given == password", "self.token != x", "a.webhook_secret == b"])
def test_a_plain_equals_would_be_found(bad):
    assert list(plainly_compared(bad)) == [1]


#: Where a statement passes that was written elsewhere, once in each of these.
PASSED_ON = ["store/audit.py", "store/backups_postgres.py", "store/database.py",
             "store/statements.py"]  # fmt: skip


def test_no_statement_is_put_together_from_values():
    """The changes of the tables are our own words from end to end."""
    places = found(put_together, but=("store/migrations/",))

    assert [place.partition(":")[0] for place in places] == PASSED_ON


@pytest.mark.parametrize(
    "bad",
    ["db.execute_sql(f'SELECT {x}')", "db.execute_sql('a' + b)", "statements.run(f'SELECT {x}')",
     "statements.one('SELECT {}'.format(x), (), Order)", "SQL('a' % b)", "line.execute(made)"],
)  # fmt: skip
def test_a_statement_put_together_would_be_found(bad):
    assert list(put_together(bad)) == [1]


UNESCAPED = re.compile(
    r"\|\s*safe\b|Markup\(|autoescape\s+false|\.(inner|outer)HTML\b|insertAdjacentHTML"
    r"|document\.write|eval\(|srcdoc"
)


#: The drawing of the flow, an SVG in which Graphviz has escaped every text.
DRAWN = "{{ picture | safe }}"


def test_nothing_is_written_into_a_page_unescaped():
    pages = [each for end in ("html", "js", "py") for each in (ROOT / "web").rglob(f"*.{end}")]
    ours = [each for each in pages if not {"vendor", "vendored"} & set(each.parts)]
    lines = [
        f"{page.name}:{at}: {line.strip()[:80]}"
        for page in ours for at, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if UNESCAPED.search(line.replace(DRAWN, ""))
    ]  # fmt: skip
    assert lines == []


def test_the_files_of_new_books_are_the_owners_alone(tmp_path):
    """Also in a folder that was there, and open to others, before."""
    database.connect(f"sqlite:///{tmp_path}/duka.db")
    migrate.upgrade()
    modes = {each.name: each.stat().st_mode & 0o077 for each in tmp_path.iterdir()}
    database.close()

    assert modes == {"duka.db": 0, "duka.db-wal": 0, "duka.db-shm": 0}


def test_the_folder_of_new_books_is_the_owners_alone(tmp_path):
    database.connect(f"sqlite:///{tmp_path}/data/duka.db")
    database.close()

    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_the_folder_that_a_shop_makes_when_it_opens_is_the_owners_alone(tmp_path):
    sole.hold(f"sqlite:///{tmp_path}/data/duka.db").close()

    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
