"""The law of the house: who may import whom, and what the rooms keep away from."""

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Which rooms, or modules of them, a room may import beside itself.
ROOMS = {
    "engine": (),
    "store": (),
    "flows": ("engine", "store"),
    "adapters": ("engine.event", "engine.effect"),  # they know what is heard and said, no more
    "web": ("engine", "store", "flows", "adapters"),
}

#: Where a library may be imported: a folder with its slash, or the one module.
DOORS = {
    "yaml": ("engine/loader.py",),
    "pydantic": ("engine/schema.py", "web/settings.py", "web/bodies.py"),
    "transitions": ("engine/machine.py",),
    "rapidfuzz": ("engine/typos.py",),
    "pygraphviz": ("engine/diagram.py", "engine/diagram/"),
    "peewee": ("store/",),
    "orjson": ("store/packing.py",),
    "playhouse": ("store/",),
    "psycopg": ("store/",),
    "requests": ("adapters/wire.py",),
    "urllib3": ("adapters/wire.py",),
    "phonenumbers": ("adapters/phones.py",),
    "pydantic_settings": ("web/settings.py",),
    "flask": ("web/",),
    "werkzeug": ("web/",),
    "jinja2": ("web/",),
    "markupsafe": ("web/",),
    "prometheus_client": ("web/",),
    "redis": ("web/",),
    "granian": ("web/",),
    "click": ("web/",),
    "rich": ("web/",),
}

#: Rooms that are told the time and the luck: only a module of these names asks for them.
TOLD = ("engine/", "flows/", "store/")
ASKING = ("clock.py", "ids.py")
CLOCK_AND_CHANCE = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.urandom",
    "random",
    "secrets",
    "time.localtime",
    "time.monotonic",
    "time.sleep",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
)
FLOATS = ("FloatField", "DoubleField")

Sources = Mapping[str, str]
"""The text of each module by its path from the root, ``engine/flow.py``."""


# Reading


def sources(root: Path = ROOT) -> dict[str, str]:
    """Read every module of the five rooms."""
    files = (file for room in ROOMS for file in sorted((root / room).rglob("*.py")))
    return {file.relative_to(root).as_posix(): file.read_text() for file in files}


def module(path: str) -> str:
    """Name a module as an import does: ``engine/flow.py`` is ``engine.flow``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(source: str) -> Iterator[tuple[int, str]]:
    """List each line that imports, and the whole dotted name of what it brings in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            named = node.args and isinstance(node.args[0], ast.Constant)
            yield node.lineno, str(node.args[0].value) if named else "(a name made up at run time)"


def references(source: str) -> Iterator[tuple[int, str]]:
    """List each line that uses an imported name, written out to where it was imported from."""
    tree = ast.parse(source)
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {each.asname or each.name.split(".")[0]: _bound(each) for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner:
            first, dot, rest = ast.unparse(node).partition(".")
            if first in known:
                yield node.lineno, known[first] + dot + rest


def _bound(name: ast.alias) -> str:
    return name.name if name.asname else name.name.split(".")[0]


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def _under(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


# The law: each rule takes the sources and names every breach as file:line


def trespasses(house: Sources) -> list[str]:
    """Find imports of a room that may not be seen from here, and libraries beside their door."""
    return [
        f"{path}:{line}: {told}"
        for path, source in house.items()
        for line, name in imports(source)
        if (told := _trespass(path, name))
    ]


def _trespass(path: str, name: str) -> str | None:
    room, library = path.split("/")[0], name.split(".")[0]
    if name.startswith("."):
        return f"imports {name}; ours are imported by their whole name"
    if library in ROOMS:
        if library == room or _under(name, ROOMS[room]):
            return None
        return f"{room} imports {name}; it may import only {', '.join(ROOMS[room]) or 'itself'}"
    if library in sys.stdlib_module_names:
        return None
    if library not in DOORS:
        return f"imports {name}, which has no door; give it one in tests/test_house.py"
    if any(path == door or (door[-1] == "/" and path.startswith(door)) for door in DOORS[library]):
        return None
    return f"imports {name}; its door is {' or '.join(DOORS[library])}"


def circles(house: Sources) -> list[str]:
    """Find modules that import each other, directly or round a corner."""
    lines = {module(path): _neighbours(path, house) for path in house}
    paths = {module(path): path for path in house}
    found: dict[frozenset[str], str] = {}
    for start in lines:
        if ring := _way_back(start, lines):
            first = f"{paths[start]}:{lines[start][ring[1]]}"
            found.setdefault(frozenset(ring), f"{first}: a circle, {' → '.join(ring)}")
    return list(found.values())


def _neighbours(path: str, house: Sources) -> dict[str, int]:
    ours = {module(each) for each in house}
    found: dict[str, int] = {}
    for line, name in imports(house[path]):
        target = name if name in ours else name.rpartition(".")[0]
        if target in ours and target != module(path):
            found.setdefault(target, line)
    return found


def _way_back(start: str, lines: Mapping[str, Mapping[str, int]]) -> list[str]:
    ways, seen = [[start]], {start}
    for way in ways:
        for target in lines[way[-1]]:
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def captionless(house: Sources) -> list[str]:
    """Find modules without a caption and public names without a promise."""
    return [
        f"{path}:{line}: {name} has no docstring"
        for path, source in house.items()
        for line, name in _undocumented(ast.parse(source))
    ]


def _undocumented(tree: ast.Module) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(tree):
        yield 1, "the module"
    for each in _public(tree):
        if not ast.get_docstring(each):
            yield each.lineno, each.name
        if isinstance(each, ast.ClassDef):
            for method in _public(each):
                if isinstance(method, ast.ClassDef) or ast.get_docstring(method):
                    continue
                if not _repeats(method):
                    yield method.lineno, f"{each.name}.{method.name}"


def _public(
    tree: ast.Module | ast.ClassDef,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for each in tree.body:
        named = isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if named and not each.name.startswith("_"):
            yield each


def _repeats(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Does it only say another way what the method of that name already promises?"""
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in method.decorator_list}
    return bool(marks & {"setter", "deleter", "overload", "override"})


def askers(house: Sources) -> list[str]:
    """Find where a room that is told the time or the luck asks for it."""
    return [
        f"{path}:{line}: uses {name}; the time and the luck come from outside, or from {ASKING}"
        for path, source in house.items()
        if path.startswith(TOLD) and not path.endswith(tuple(f"/{each}" for each in ASKING))
        for line, name in sorted(set(references(source)))
        if _under(name, CLOCK_AND_CHANCE)
    ]


def floats(house: Sources) -> list[str]:
    """Find columns that could hold a fraction of a cent."""
    return [
        f"{path}:{line}: {name}; the books count whole numbers"
        for path, source in house.items()
        if path.startswith("store/")
        for line, name in references(source)
        if name.endswith(FLOATS)
    ]


#: Run in a fresh interpreter: the libraries come in first, for what they do is not ours to judge.
AWAKENING = """
import importlib, os, sys, threading, traceback

root, ours, theirs = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
sys.path.insert(0, root)
for name in theirs:
    try:
        importlib.import_module(name)
    except ImportError:
        pass

class Watched(dict):
    # A library may ask the environment while it builds our classes; we may not.

    def _read(name):
        def read(self, *args):
            frame = sys._getframe(1)
            while frame.f_code.co_filename in (os.__file__, "<frozen os>"):
                frame = frame.f_back
            if frame.f_globals.get("__name__", "").split(".")[0] in rooms:
                raise PermissionError("reads the environment")
            return getattr(dict, name)(self, *args)
        return read

    for each in "__getitem__ __contains__ __iter__ get items keys values copy".split():
        locals()[each] = _read(each)

rooms, watching = sys.argv[4].split(), []
FORBIDDEN = ("sqlite3.connect", "subprocess.Popen", "os.system", "os.mkdir", "os.remove",
             "os.rename")

def watch(event, args):
    if not watching:
        return
    writes = event == "open" and (
        set(str(args[1] or "")) & set("wax+") or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR))
    if writes:
        raise PermissionError(f"opens {args[0]} for writing")
    if event in FORBIDDEN or event.startswith("socket."):
        raise PermissionError(f"{event}{args!r}")

def start(thread, real=threading.Thread.start):
    if watching:
        raise PermissionError("starts a thread")
    real(thread)

def place(error):
    frames = [(os.path.relpath(each.filename, root), each.lineno)
              for each in traceback.extract_tb(error.__traceback__)]
    mine = [each for each in frames if each[0].split(os.sep)[0] in rooms]
    return "{}:{}".format(*(mine or frames)[-1])

threading.Thread.start = start
sys.addaudithook(watch)
real = os.environ
for name in ours:
    for loaded in [each for each in sys.modules if each.split(".")[0] in rooms]:
        del sys.modules[loaded]
    watching.append(name)
    os.environ = Watched(real)
    try:
        importlib.import_module(name)
    except BaseException as error:
        print(f"{place(error)}: importing {name}: {type(error).__name__}: {error}")
    finally:
        watching.clear()
        os.environ = real
"""


def awakenings(root: Path) -> list[str]:
    """Find modules that do more than define things when they are imported alone."""
    house = sources(root)
    theirs = {name for source in house.values() for _, name in imports(source)}
    theirs = {name for name in theirs if name.split(".")[0] not in ROOMS}
    theirs |= {name.rpartition(".")[0] for name in theirs if "." in name}
    words = [map(module, house), (name for name in sorted(theirs) if name[:1] not in ".("), ROOMS]
    told = subprocess.run(
        [sys.executable, "-B", "-c", AWAKENING, str(root), *map(" ".join, words)],
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert told.returncode == 0, told.stderr
    return list(dict.fromkeys(told.stdout.splitlines()))


# The house keeps the law


@pytest.mark.parametrize("rule", [trespasses, circles, captionless, askers, floats])
def test_the_house_keeps_the_law(rule):
    breaches = rule(sources())

    assert not breaches, f"{rule.__doc__}\n" + "\n".join(breaches)


@pytest.mark.timeout(400)  # each module anew: twenty seconds of processor, however busy that is
def test_nothing_happens_on_import():
    breaches = awakenings(ROOT)

    assert not breaches, "Only definitions on import.\n" + "\n".join(breaches)


def test_the_law_is_read_over_rooms_that_exist():
    """A law over an empty list of files would always be kept."""
    assert "engine/event.py" in sources()


# The law catches who breaks it

TRESPASSERS = [
    (trespasses, "engine/x.py", "import store", 1),
    (trespasses, "engine/x.py", "from flows import paying", 1),
    (trespasses, "store/x.py", "import json\nfrom engine.event import Event", 2),
    (trespasses, "flows/x.py", "from adapters import ghala", 1),
    (trespasses, "flows/x.py", "def act():\n    import web.worker", 2),
    (trespasses, "flows/x.py", "import importlib\nimportlib.import_module('web')", 2),
    (trespasses, "flows/x.py", "import importlib\nimportlib.import_module(name)", 2),
    (trespasses, "adapters/x.py", "from engine import machine", 1),
    (trespasses, "adapters/x.py", "from store.tables import Order", 1),
    (trespasses, "adapters/x.py", "if TYPE_CHECKING:\n    import store", 2),
    (trespasses, "engine/x.py", "from . import flow", 1),
    (trespasses, "engine/x.py", "import yaml", 1),
    (trespasses, "engine/x.py", "from transitions.core import Machine", 1),
    (trespasses, "engine/diagrams.py", "import pygraphviz", 1),
    (trespasses, "flows/x.py", "from peewee import fn", 1),
    (trespasses, "web/x.py", "import requests", 1),
    (trespasses, "web/x.py", "import pydantic", 1),
    (trespasses, "adapters/x.py", "import flask", 1),
    (trespasses, "web/x.py", "import celery", 1),
    (captionless, "engine/x.py", "import json", 1),
    (captionless, "engine/x.py", '"""A caption."""\ndef told(): ...', 2),
    (captionless, "engine/x.py", '"""A caption."""\nclass Told: ...', 2),
    (captionless, "web/x.py", '"""A."""\nclass Told:\n    """B."""\n    def it(self): ...', 4),
    (askers, "engine/x.py", "import time\nnow = time.time()", 2),
    (askers, "engine/x.py", "import time as t\nnow = t.time", 2),
    (askers, "flows/x.py", "from datetime import datetime\nnow = datetime.now(UTC)", 2),
    (askers, "flows/x.py", "import datetime as dt\nnow = dt.datetime.utcnow()", 2),
    (askers, "store/x.py", "import random\n\nrandom.choice([1])", 3),
    (askers, "store/x.py", "from random import choice\nchoice([1])", 2),
    (askers, "store/x.py", "import uuid\nuuid.uuid4()", 2),
    (askers, "store/x.py", "from uuid import uuid1 as made\nmade()", 2),
    (floats, "store/x.py", "from peewee import FloatField\nprice = FloatField()", 2),
    (floats, "store/x.py", "import peewee\nprice = peewee.DoubleField()", 2),
]

LAW_ABIDING = [
    (trespasses, "engine/loader.py", "import json, yaml\nfrom engine.errors import Problem"),
    (trespasses, "engine/diagram/dot.py", "import pygraphviz"),
    (trespasses, "flows/x.py", "from engine.event import Event\nfrom store import orders"),
    (trespasses, "adapters/x.py", "from engine import effect\nfrom engine.event import Event"),
    (trespasses, "adapters/wire.py", "import requests.adapters"),
    (trespasses, "store/x.py", "from playhouse.db_url import connect\nimport peewee"),
    (trespasses, "web/settings.py", "from pydantic_settings import BaseSettings"),
    (trespasses, "web/x.py", "import flask, adapters.wire\nfrom engine import machine"),
    (captionless, "web/x.py", '"""A."""\nclass _Own:\n    def it(self): ...\ndef _own(): ...'),
    (askers, "web/x.py", "import time\nnow = time.time()"),
    (askers, "store/ids.py", "import secrets\nsecrets.choice('ab')"),
    (askers, "engine/x.py", "from datetime import datetime\ndatetime.fromtimestamp(0)"),
    (floats, "store/x.py", "from peewee import IntegerField\nprice = IntegerField()"),
]


@pytest.mark.parametrize(("rule", "path", "source", "line"), TRESPASSERS)
def test_a_trespass_is_named_with_its_place(rule, path, source, line):
    [told] = rule({path: source})

    assert told.startswith(f"{path}:{line}: ")


@pytest.mark.parametrize(("rule", "path", "source"), LAW_ABIDING)
def test_what_is_allowed_is_left_alone(rule, path, source):
    assert rule({path: source}) == []


def test_a_circle_is_found_round_two_corners():
    ring = {"engine/a.py": "from engine import b", "engine/b.py": "\nfrom engine.c import C"}

    told = circles({**ring, "engine/c.py": "import engine.a", "engine/d.py": "import engine.a"})

    assert told == ["engine/a.py:1: a circle, engine.a → engine.b → engine.c → engine.a"]
    assert circles(ring) == []


WAKERS = [
    "import socket\nsocket.socket()",
    "from pathlib import Path\nPath('here').write_text('x')",
    "import os\nos.open('here', os.O_WRONLY | os.O_CREAT)",
    "import sqlite3\nsqlite3.connect(':memory:')",
    "import subprocess\nsubprocess.run(['true'])",
    "import threading\nthreading.Thread(target=print).start()",
    "import os\nPORT = os.environ.get('PORT')",
    "import os\nPORT = os.getenv('PORT')",
]


@pytest.mark.parametrize("source", WAKERS)
def test_a_module_that_acts_on_import_is_named_with_its_place(tmp_path, source):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "quiet.py").write_text("import os\n\nclosed = os.sep")
    (tmp_path / "engine" / "waker.py").write_text(source)

    [told] = awakenings(tmp_path)

    assert told.startswith("engine/waker.py:2: importing engine.waker: PermissionError")
    assert not (tmp_path / "here").exists()


def test_a_module_must_import_alone(tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "broken.py").write_text(
        textwrap.dedent("""
            from engine import nothing
        """)
    )

    [told] = awakenings(tmp_path)

    assert told.startswith("engine/broken.py:2: importing engine.broken: ImportError")


def test_the_tables_name_each_room_above_what_it_imports():
    """The floors themselves hold no circle: a room stands below all that may import it."""
    order = list(ROOMS)

    assert all(
        order.index(below.split(".")[0]) < order.index(room)
        for room, may in ROOMS.items()
        for below in may
    )
    assert all(before != after for before, after in pairwise(order))
