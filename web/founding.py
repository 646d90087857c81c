"""A new shop: what its owner answered, and the folder of files that comes of it."""

import json
import re
import secrets
import shlex
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from engine import checks, limits
from engine.errors import FlowError, faults
from flows.words import vocabulary
from web.rehearsal import running, writing
from web.rehearsal.theatre import theatre

CONVERSATION = "tests/conversations/first-sale.yaml"

#: Each file of a shop, and the template it is written from.
FILES = {
    "flows.yaml": "flows.yaml",
    CONVERSATION: "first-sale.yaml",
    ".env": "env",
    ".gitignore": "gitignore",
    "README.md": "README.md",
}

LONGEST_NAME = 60  # characters of a shop's or a product's name
MOST_PRODUCTS = limits.LIST_ROWS
LARGEST_PRICE = 10_000_000


class CannotFound(Exception):
    """The shop cannot be written; the message says why, and what to do."""


class Unclear(ValueError):
    """An answer that cannot be used; the message says what would do."""


@dataclass(frozen=True, slots=True)
class Country:
    """Where a shop may stand, and what follows from it."""

    name: str
    currency: str
    timezone: str
    ways: tuple[str, ...]


COUNTRIES = {
    "KE": Country("Kenya", "KES", "Africa/Nairobi", ("mpesa", "airtel", "card")),
    "TZ": Country("Tanzania", "TZS", "Africa/Dar_es_Salaam", ("mpesa", "airtel", "card")),
    "UG": Country("Uganda", "UGX", "Africa/Kampala", ("airtel", "card")),
    "RW": Country("Rwanda", "RWF", "Africa/Kigali", ("airtel", "card")),
}
LANGUAGES = {"en": ("en",), "sw": ("sw",), "both": ("en", "sw")}


@dataclass(frozen=True, slots=True)
class Product:
    """Something to sell: its key in the file, and the short name where the other is too long."""

    key: str
    name: str
    price: int
    short: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that was asked."""

    name: str
    country: str
    products: tuple[Product, ...]
    languages: tuple[str, ...]
    deliver: bool


# What was answered, understood


def name(written: str) -> str:
    """A name as it was meant; raises Unclear for one that no customer could be shown."""
    tidy = " ".join(unicodedata.normalize("NFC", written).split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise Unclear(f"a name has 1 to {LONGEST_NAME} letters")
    if not tidy.isprintable() or re.search(r"[{}*_~`<>]", tidy):
        raise Unclear("a name has no { } * _ ~ ` < >")
    return tidy


def country(written: str) -> str:
    """The code of a country, from that or from its name; raises Unclear."""
    meant = written.strip().casefold()
    for code, each in COUNTRIES.items():
        if meant in (code.casefold(), each.name.casefold()):
            return code
    known = (f"{code} ({each.name})" for code, each in COUNTRIES.items())
    raise Unclear(f"one of {', '.join(known)}")


_PRICED = re.compile(
    r"(?P<name>.+?)[\s:=@,-]+(?:[A-Z]{3}|ksh|tsh|ush|sh)?\.?\s*(?P<price>[0-9][0-9,.]*)(?:/[-=])?",
    re.IGNORECASE | re.ASCII,
)
_PRICE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2}", re.ASCII)


def priced(written: str) -> tuple[str, int]:
    """``Bread 60`` is bread at 60; raises Unclear."""
    found = _PRICED.fullmatch(written.strip())
    if found is None:
        raise Unclear("a name, then its price: Bread 60")
    price = int(found["price"].replace(",", "")) if _PRICE.fullmatch(found["price"]) else 0
    if not 0 < price <= LARGEST_PRICE:
        raise Unclear(f"a price is a whole number, 1 to {LARGEST_PRICE:,}, digits only: Bread 60")
    return name(found["name"]), price


def catalogue(goods: Sequence[tuple[str, int]]) -> tuple[Product, ...]:
    """Give each product a key of its own and, where its name is long, a short one."""
    if not 1 <= len(goods) <= MOST_PRODUCTS:
        raise Unclear(f"one list in WhatsApp shows 1 to {MOST_PRODUCTS} products")
    products: dict[str, Product] = {}
    for at, (called, price) in enumerate(goods, 1):
        key = _key(called)
        key = key if key and key not in products else f"product_{at}"
        short = limits.cut(called, limits.ROW_TITLE)
        products[key] = Product(key, called, price, short if short != called else "")
    if len({(each.short or each.name).casefold() for each in products.values()}) < len(products):
        raise Unclear("two products would look the same in the list: name them apart")
    return tuple(products.values())


def slug(called: str) -> str:
    """A name as a folder's: small letters, digits and hyphens."""
    return _plain(called, "-") or "my-shop"


#: Words that YAML reads otherwise, and keys that mean something else in a conversation.
_TAKEN = {"yes", "no", "on", "off", "true", "false", "null", "y", "n", "product", "payment"}


def _key(called: str) -> str:
    key = _plain(called, "_")
    taken = key in _TAKEN or key.startswith(("pay_", "view_")) or not key[:1].isalpha()
    return "" if taken else key


def _plain(called: str, between: str) -> str:
    folded = unicodedata.normalize("NFKD", called).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, folded).strip(between)[:40].strip(between)


# The folder


def require_room(folder: Path) -> None:
    """Raise CannotFound unless the folder is empty or not there yet."""
    if any(folder.iterdir()) if folder.is_dir() else folder.exists() or folder.is_symlink():
        raise CannotFound(f"{folder}: something is there already; name another folder")


def found(answers: Answers, folder: Path) -> None:
    """Write a shop into a new or empty folder, proved and played once; else leave nothing behind.

    Raises CannotFound where something stands already, and FlowError for a flow with a fault.
    """
    require_room(folder)
    there = folder.is_dir()
    around = folder if there else folder.parent
    around.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=around))
    try:
        _write(answers, building)
        _prove((building / "flows.yaml").read_bytes(), folder / "flows.yaml")
        _play(building / CONVERSATION, building / "flows.yaml")
        if there:
            _move_in(building, folder)
        else:
            building.chmod(0o755)
            building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _move_in(building: Path, folder: Path) -> None:
    """Move a shop into a folder that stays the same one: somebody's terminal may stand in it."""
    if len(list(folder.iterdir())) > 1:
        raise CannotFound(f"{folder}: something came there meanwhile; name another folder")
    made = sorted(each.name for each in building.iterdir())
    try:
        for name in made:
            (building / name).rename(folder / name)
    except BaseException:
        for name in made:
            if (folder / name).exists():
                (folder / name).rename(building / name)
        raise


def _write(answers: Answers, folder: Path) -> None:
    templates, words = _templates(), _words(answers)
    for place, template in FILES.items():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600 if place == ".env" else 0o644)
        file.write_text(templates.get_template(template).render(words), encoding="utf-8")


def _prove(flow: bytes, to_be: Path) -> None:
    _, problems = checks.examine(flow, vocabulary(), file=str(to_be))
    if faults(problems):
        raise FlowError(problems)


def _play(script: Path, flow: Path) -> None:
    """Write down what the new shop says in its first conversation, and hold it to that."""
    with theatre() as opened:
        script.write_text(writing.updated(running.run(script, flow, opened)), encoding="utf-8")
        played = running.run(script, flow, opened)
    if not played.passed:
        raise CannotFound("the first conversation does not go as it should: nothing was written")


def _templates() -> Environment:
    return Environment(  # noqa: S701  what is written is YAML and Markdown, and quoted as such
        loader=PackageLoader("web", "templates/shop"), undefined=StrictUndefined,
        block_start_string="<%", block_end_string="%>",
        variable_start_string="<<", variable_end_string=">>",
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def _known(programs: Path) -> str:
    """The line that makes `duka` known in a new terminal."""
    if (programs / "activate").is_file():
        return f"source {shlex.quote(str(programs / 'activate'))}"
    return f"PATH={shlex.quote(str(programs))}:$PATH"


def _words(answers: Answers) -> Mapping[str, object]:
    """What the templates may say."""
    country, spoken = COUNTRIES[answers.country], answers.languages

    def said(en: str, sw: str, shape: str) -> str:
        given = {"en": en, "sw": sw}
        return "{" + ", ".join(f"{each}: {shape.format(given[each])}" for each in spoken) + "}"

    return {
        "name": answers.name, "slug": slug(answers.name), "products": answers.products,
        "country": answers.country, "currency": country.currency, "timezone": country.timezone,
        "ways": country.ways, "languages": spoken, "deliver": answers.deliver,
        "en": "en" in spoken, "sw": "sw" in spoken,
        "quoted": lambda text: json.dumps(text, ensure_ascii=False),
        "say": lambda en, sw: said(en, sw, '"{}"'),
        "hear": lambda en, sw: said(en, sw, "[{}]"),
        "commands": lambda en, sw: f"[{', '.join({'en': en, 'sw': sw}[each] for each in spoken)}]",
        "known": _known(Path(sys.executable).parent),
        "secret": lambda: secrets.token_urlsafe(32),
    }  # fmt: skip
