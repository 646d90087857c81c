"""`duka init`: five questions, and a shop in a folder of its own."""

import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from engine.errors import FlowError
from web import access, founding
from web.founding import COUNTRIES, LANGUAGES, Answers, CannotFound, Unclear

T = TypeVar("T")

NAME, COUNTRY, LANGUAGE = "My Shop", "KE", "both"
GOODS = ("Bread 60", "Milk 500ml 65", "Eggs (tray) 450")


@click.command("init")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--name", help="What customers call your shop.")
@click.option("--country", metavar=f"[{'|'.join(COUNTRIES)}]",
              help="Where it stands, or its name; the currency follows.")  # fmt: skip
@click.option("--product", "products", multiple=True, metavar="'NAME PRICE'",
              help="Something you sell; once for each.")  # fmt: skip
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="What your shop speaks.")
@click.option("--deliver/--collect", default=None,
              help="You bring the goods, or customers collect them.")  # fmt: skip
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: the usual answers for the rest.")
def init(
    folder: Path | None, name: str | None, country: str | None, products: tuple[str, ...],
    language: str | None, deliver: bool | None, yes: bool,
) -> None:  # fmt: skip
    """Begin a shop of your own: five questions, and a folder with all that it needs.

    \b
    The conversation is proved and one sale played before anything is
    written. A folder that is there already must be empty.
    Examples:
      duka init
      mkdir shop && cd shop && duka init .
      duka init mama-njeri --name "Mama Njeri" --product "Bread 60" --yes
    """
    if folder:
        _refuse_full(folder)  # before anything is asked
    ask = _usual if yes else _asked
    called = (
        _heard(founding.name, name) if name else ask("1/5 Your shop's name", NAME, founding.name)
    )
    target = folder or Path(founding.slug(called))
    _refuse_full(target)
    where = (
        _heard(founding.country, country)
        if country
        else ask(f"2/5 Country ({', '.join(COUNTRIES)})", COUNTRY, founding.country)
    )
    goods = [_heard(founding.priced, each) for each in products] or _goods(yes)
    spoken = language or ask("4/5 Language (en, sw, both)", LANGUAGE, _one_of(LANGUAGES))
    brings = deliver if deliver is not None else yes or click.confirm("5/5 Do you deliver?", True)
    sold = _heard(founding.catalogue, goods)
    answers = Answers(called, where, sold, LANGUAGES[spoken], brings)
    _found(answers, target)


def _refuse_full(folder: Path) -> None:
    try:
        founding.require_room(folder)
    except CannotFound as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{folder}: it cannot be read ({access.why(error)})") from None


def _found(answers: Answers, folder: Path) -> None:
    try:
        founding.found(answers, folder)
    except FlowError as error:
        raise click.ClickException(
            f"Nothing was written, for it cannot be proved:\n{error}"
        ) from None
    except CannotFound as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{folder}: it cannot be written ({access.why(error)})"
        ) from None
    click.secho(f"\n{answers.name} is in {folder}/", fg="green", bold=True)
    click.echo("It is proved, and one sale was played.\n\nNext:")
    if folder.resolve() != Path.cwd():
        click.echo(f"  cd {click.format_filename(folder)}")
    if not shutil.which("duka"):
        click.echo(f"  PATH={Path(sys.executable).parent}:$PATH")
    click.echo("  duka demo    try it in the browser")
    click.echo("  duka check   after every edit\nREADME.md tells how to go live.")


# Asking


def _asked(question: str, usual: str, understood: Callable[[str], T]) -> T:
    def understand(written: str) -> T:
        try:
            return understood(written)
        except Unclear as error:
            raise click.UsageError(str(error)) from None

    answer: T = click.prompt(
        question, default=usual, value_proc=understand, show_default=bool(usual)
    )
    return answer


def _usual(question: str, usual: str, understood: Callable[[str], T]) -> T:
    return understood(usual)


def _goods(yes: bool) -> Sequence[tuple[str, int]]:
    """Ask for one product after the other until nothing is answered; the usual ones if none."""
    if yes:
        return [founding.priced(each) for each in GOODS]
    click.echo("3/5 What do you sell? One a line,\n    with its price: Bread 60")
    click.echo("    Press Enter when done.")
    goods: list[tuple[str, int]] = []
    while len(goods) < founding.MOST_PRODUCTS:
        one = _asked(f"    {len(goods) + 1}", "", _good_or_done)
        if one is None:
            break
        goods.append(one)
    if not goods:
        click.echo(f"    For now {len(GOODS)} examples: change them later")
    return goods or [founding.priced(each) for each in GOODS]


def _good_or_done(written: str) -> tuple[str, int] | None:
    return founding.priced(written) if written.strip() else None


def _one_of(known: Iterable[str]) -> Callable[[str], str]:
    def understood(written: str) -> str:
        meant = {each.lower(): each for each in known}.get(written.strip().lower())
        if meant is None:
            raise Unclear(f"one of {', '.join(known)}")
        return meant

    return understood


def _heard(understood: Callable[..., T], given: object) -> T:
    """Understand what an option gave, or say what would do."""
    try:
        return understood(given)
    except Unclear as error:
        raise click.UsageError(
            f"{given}: {error}" if isinstance(given, str) else str(error)
        ) from None
