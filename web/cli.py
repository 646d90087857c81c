"""The `duka` command: each verb with its help, an example and a plain word when it cannot."""

import json
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.errors import FlowError, faults
from engine.flow import Flow
from store.errors import BooksClosed
from web.settings import MissingSetting, flow_file, load, ready_to_serve, weak_secrets
from web.verbs import backup, init, mail, people

if TYPE_CHECKING:
    from store.audit import Finding
    from web.proving import Proof

FLOW = click.option(
    "-f", "--flow", "flow", envvar="FLOW_FILE", default=flow_file, show_default="flows.yaml",
    type=click.Path(), help="The conversation.",
)  # fmt: skip


class Stop(click.ClickException):
    """One plain line, and exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print it without ceremony."""
        click.secho(self.message, fg="red", err=True)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what an operator or author must mend into plain lines instead of a traceback."""
    from web.server import PortTaken
    from web.sole import AlreadyOpen

    @wraps(command)
    def run(*args: Any, **named: Any) -> Any:
        try:
            return command(*args, **named)
        except FlowError as error:
            raise Stop(f"{error}\n{_count(len(faults(error.problems)))}") from None
        except BooksClosed as error:
            raise Stop(f"DATABASE_URL: the database cannot be opened: {error}") from None
        except (MissingSetting, PortTaken, AlreadyOpen) as error:
            raise Stop(str(error)) from None
        except FileNotFoundError as error:
            raise Stop(_missing(Path(error.filename))) from None
        except (IsADirectoryError, PermissionError) as error:
            raise Stop(f"{error.filename}: it cannot be read ({error.strerror})") from None

    return run


def _missing(path: Path) -> str:
    if path.parent.exists():
        return f"{path}: there is no such file"
    return f"{path}: there is no folder {path.parent}; make it first"


def _count(problems: int) -> str:
    return f"{problems} problem{'' if problems == 1 else 's'}"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="duka", prog_name="duka")
def main() -> None:
    """Duka: a WhatsApp sales assistant whose conversation is one text file.

    \b
    Start here:
      duka demo            try it in the browser, nothing to set up
      duka init            begin a shop of your own, from five answers
      duka chat            talk to it in the terminal
      duka check           prove your flows.yaml
      duka test            play your written conversations
      duka doctor          what is missing to go live
      duka serve           open for business
    """


main.add_command(init.init)
main.add_command(mail.mail_in)
main.add_command(mail.mail_out)
main.add_command(backup.backup)
main.add_command(backup.restore)
main.add_command(people.people)


@main.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104  behind a load balancer
@click.option("-p", "--port", type=int, help="Port to listen on; PORT otherwise.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that serve; more than one needs PostgreSQL.",
)
@told
def serve(host: str, port: int | None, workers: int) -> None:
    """Open for business: webhooks, API, dashboard and worker.

    \b
    Examples:
      GHALA_API_KEY=… GHALA_WEBHOOK_SECRET=… duka serve --port 3000
      DATABASE_URL=postgresql://… duka serve --workers 4
    """
    from store.database import is_sqlite_url
    from web import server, sole
    from web.app import open_shop
    from web.logs import LOG, begin

    settings = load(**({"port": port} if port is not None else {}))
    ready_to_serve(settings)
    begin(settings.log_format)
    if workers > 1 and is_sqlite_url(settings.database_url):
        raise Stop(
            "On SQLite one process writes, so --workers must be 1: several need PostgreSQL "
            "(DATABASE_URL=postgresql://…)"
        )
    server.require_free(host, settings.port)
    held = sole.hold(settings.database_url)
    open_shop(settings)  # here first, so that a fault is told in plain lines
    for name in weak_secrets(settings):
        LOG.warning("%s is short or well known: use at least 24 random characters", name)
    if settings.ghala_unsigned_messages:
        LOG.warning("GHALA_UNSIGNED_MESSAGES is on: anybody can write in a customer's name")
    LOG.info(
        "Listening on port %d; webhooks at %s/api/webhooks/ghala",
        settings.port,
        settings.public_url,
    )
    server.serve(server.open_for_business, settings, host=host, port=settings.port, workers=workers)
    if held:
        held.close()


@main.command()
@click.option(
    "-p",
    "--port",
    type=int,
    default=3000,
    envvar="PORT",
    show_default=True,
    help="Port, or the next free one.",
)
@click.option("--fresh", is_flag=True, help="Forget the orders and customers of earlier demos.")
@click.option("--seed-data", is_flag=True, help="Begin with 30 days of invented trade.")
@FLOW
@told
def demo(port: int, fresh: bool, seed_data: bool, flow: str) -> None:
    """Try everything in the browser: a shop, a phone and a payment company, nothing to set up.

    \b
    Example:
      duka demo --port 4000
    """
    from web import demo as show

    show.run(port=port, fresh=fresh, flow=flow, seed_data=seed_data)


@main.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Threads that send.",
)
@told
def worker(concurrency: int) -> None:
    """Deliver messages and payments beside `duka serve`, on PostgreSQL.

    \b
    Example:
      DATABASE_URL=postgresql://… duka worker --concurrency 8
    """
    from store.database import is_sqlite_url
    from web import line, metrics
    from web.app import open_shop
    from web.logs import LOG, begin
    from web.worker import Worker

    settings = load()
    if is_sqlite_url(settings.database_url):
        raise Stop("On SQLite `duka serve` delivers by itself; `duka worker` needs PostgreSQL")
    ready_to_serve(settings)
    begin(settings.log_format)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: finish, then go
    shop = open_shop(settings)
    shop.line = line.of(settings)
    work = Worker(shop, concurrency=concurrency, line=shop.line)
    shop.wake = work.ring
    work.start()
    metrics.listen(shop)
    LOG.info("The worker is at work, %d threads", concurrency)
    try:
        work.run_until_stopped()
    except KeyboardInterrupt:
        LOG.info("The worker finishes what it is sending, and ends")
        work.stop()


@main.command()
@click.option("-p", "--port", type=int, default=4000, show_default=True, help="Port to listen on.")
@click.option(
    "--duka",
    "duka_url",
    default="http://localhost:3000",
    show_default=True,
    help="Where `duka serve` runs.",
)
@click.option(
    "--plan",
    type=click.Path(exists=True, dir_okay=False),
    help="A file of faults and payments to play.",
)
@click.option(
    "--journal", type=click.Path(dir_okay=False), help="A file that remembers what happened."
)
@click.option(
    "--dialect",
    type=click.Choice(["v1", "v2", "meta"]),
    help="The words its webhooks are in; GHALA_DIALECT otherwise.",
)
@told
def sandbox(
    port: int, duka_url: str, plan: str | None, journal: str | None, dialect: str | None
) -> None:
    """A Ghala of our own to rehearse with: phone, payments and faults, signed like the real one.

    \b
    Example, in two terminals:
      GHALA_WEBHOOK_SECRET=rehearsal-secret-of-mine GHALA_API_KEY=any duka sandbox
      GHALA_WEBHOOK_SECRET=rehearsal-secret-of-mine GHALA_API_KEY=any \\
        GHALA_API_URL=http://localhost:4000/v1 duka serve
    """
    from web import demo as show

    settings = load(**({"ghala_dialect": dialect} if dialect else {}))
    show.run_sandbox(settings, port=port, duka_url=duka_url, plan=plan, journal=journal)


@main.command()
@click.argument("file", required=False, type=click.Path())
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or beside the lines of a pull request.",
)
@click.option("--json", "style", flag_value="json", help="The same as --format json.")
@click.option("--certificate", is_flag=True, help="Say what was proved, and of which file.")
@FLOW
@told
def check(file: str | None, style: str, certificate: bool, flow: str) -> None:
    """Prove a flow file: every fault at once, each with its line and what would be right.

    \b
    Examples:
      duka check flows.yaml
      duka check --certificate
      duka check --format github
    """
    from web import proving

    proof = proving.examine(Path(file or flow))
    if style == "json":
        known = proving.plain(proof)
        if certificate and not proof.faults:
            known["certificate"] = proving.certificate(proof)
        click.echo(json.dumps(known, ensure_ascii=False, indent=2))
    elif style == "github":
        click.echo("".join(f"{line}\n" for line in proving.annotations(proof)), nl=False)
    else:
        _tell(proof)
        click.secho(proving.page(proof) if certificate else proving.summary(proof), fg="green")
    sys.exit(1 if proof.faults else 0)


def _tell(proof: "Proof") -> None:
    """Show what is wrong, the line it stands in, and a caret under the place; stop for a fault."""
    from web import proving

    for problem in proof.problems:
        click.echo(str(problem))
        for line in proving.shown(proof, problem):
            click.secho(line, dim=True)
    if proof.faults:
        raise Stop(_count(len(proof.faults)))


def _proved(path: Path) -> Flow:
    """Read a flow that has no fault, or stop and show every fault in its line."""
    from web import proving

    proof = proving.examine(path)
    _tell(proof)
    if proof.flow is None:
        raise Stop(f"{path}: there is no flow in it")
    return proof.flow


@main.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def explain(code: str | None, as_json: bool) -> None:
    """Explain a code of `duka check` with an example, or list them all.

    \b
    Examples:
      duka explain E402
      duka explain
    """
    from web import explaining

    try:
        if as_json:
            known = explaining.plain_codes(code)
            click.echo(json.dumps(known, ensure_ascii=False, indent=2))
        else:
            click.echo(explaining.code(code) if code else explaining.every_code())
    except LookupError as error:
        raise Stop(str(error.args[0])) from None


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def vocabulary(as_json: bool) -> None:
    """List the actions, guards and events that a flow may name, with what they need and give.

    \b
    Example:
      duka vocabulary
    """
    from flows.words import vocabulary as words
    from web import explaining

    if as_json:
        known = explaining.plain_vocabulary(words())
        click.echo(json.dumps(known, ensure_ascii=False, indent=2))
    else:
        click.echo(explaining.every_word(words()))


@main.command()
def schema() -> None:
    """Print the JSON Schema of a flow file, by which editors complete and explain it.

    \b
    Example:
      duka schema > flows.schema.json
    """
    from engine.editor import json_schema
    from flows.words import vocabulary as words

    click.echo(json.dumps(json_schema(words()), ensure_ascii=False, indent=2))


@main.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="File to write; its ending says the format.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["svg", "png", "html", "dot", "mermaid", "text"]),
    help="Format, if not by the file's ending.",
)
@click.option("--language", help="Language of the texts.")
@click.option("--focus", metavar="STATE", help="Draw one state and its neighbours.")
@click.option("--problems", is_flag=True, help="Draw a flow that has faults, with them in red.")
@FLOW
@told
def graph(
    output: str | None,
    style: str | None,
    language: str | None,
    focus: str | None,
    problems: bool,
    flow: str,
) -> None:
    """Draw the conversation: SVG, PNG, a page, Mermaid or DOT; without -o, in the terminal.

    The page (.html) is one file: it zooms, and tells all that a state says when pointed at.

    \b
    Examples:
      duka graph
      duka graph -o flow.svg
      duka graph -o flow.html --problems
      duka graph --focus payment
      duka graph --format mermaid
    """
    from web.drawing import Wish, draw

    drawn = draw(Path(flow), Wish(output, style, language, focus, problems))
    if output:
        Path(output).write_bytes(drawn)
        click.echo(f"{output}: {len(drawn):,} bytes")
    else:
        sys.stdout.buffer.write(drawn)


@main.command()
@click.option("--phone", default="+254700000001", show_default=True, help="Whose phone it is.")
@click.option("--language", help="Language to begin in.")
@FLOW
@told
def chat(phone: str, language: str | None, flow: str) -> None:
    """Talk to the bot in the terminal: no phone, no Ghala, no account.

    \b
    Buttons and rows are tapped by their number. Commands, of which /help tells more:
      /pay  /fail [reason]  /wait 30m  /location  /state  /help  /quit
    \b
    Examples:
      duka chat
      printf 'hi\\n1\\n2\\n' | duka chat --language sw
    """
    from web.chat import talk

    _proved(Path(flow))
    talk(Path(flow), phone=phone, language=language)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--update", is_flag=True, help="Write what the shop says now into the files.")
@click.option("--generate", is_flag=True, help="Write conversations that meet every rule.")
@click.option(
    "--coverage",
    is_flag=False,
    flag_value="text",
    type=click.Choice(["text", "html"]),
    help="Tell what of the flow was met, or draw it in coverage.html.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@FLOW
@told
def test(
    paths: tuple[str, ...], update: bool, generate: bool, coverage: str | None, as_json: bool,
    flow: str,
) -> None:  # fmt: skip
    """Play the conversations written down as tests; exit code 1 when one goes otherwise.

    \b
    Without PATHS: tests/conversations/ beside the flow, and those of the examples.
    Examples:
      duka test
      duka test tests/conversations/happy.yaml --update
      duka test --coverage html
      duka test --generate
    """
    from web.rehearsal import command
    from web.rehearsal.command import Wish

    if generate:
        sys.exit(command.generate(Path(flow), Path(paths[0]) if paths else None))
    wish = Wish(update=update, as_json=as_json, coverage=coverage or "")
    sys.exit(command.rehearse(paths, Path(flow), wish))


@main.group()
def db() -> None:
    """The database: bring it up to date, or see how it stands.

    \b
    Example:
      duka db status
    """


@db.command()
@told
def upgrade() -> None:
    """Apply the changes that this database has not seen.

    \b
    Example:
      duka db upgrade
    """
    from store import database, migrate

    database.connect(load().database_url)
    applied = migrate.upgrade()
    click.echo("\n".join(f"applied {name}" for name in applied) or "nothing to do")


@db.command()
@told
def status() -> None:
    """Show each change and whether it was applied; exit code 1 when one is missing.

    \b
    Example:
      duka db status
    """
    from store import database, migrate

    database.connect(load().database_url)
    for name, applied in migrate.known():
        click.echo(f"{'applied' if applied else 'missing'}  {name}")
    sys.exit(1 if migrate.missing() else 0)


@main.command()
@click.option("--live", "url", metavar="URL", help="Ask the open shop there, from outside.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@told
def doctor(url: str | None, as_json: bool) -> None:
    """Say in plain words what is missing to go live; exit code 1 while anything is.

    \b
    Examples:
      duka doctor
      duka doctor --live https://shop.example.com
    """
    from web import doctor_live
    from web.doctor import closing, examine

    findings = list(doctor_live.examine(url, load())) if url else examine(load())
    if as_json:
        click.echo(
            json.dumps([finding.plain() for finding in findings], ensure_ascii=False, indent=2)
        )
    else:
        for finding in findings:
            click.echo(finding.line())
        click.echo(f"\n{closing(findings, live=bool(url))}")
    sys.exit(1 if any(finding.is_fault for finding in findings) else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@told
def audit(as_json: bool) -> None:
    """Ask the books whether they agree with themselves; exit code 1 when they do not.

    \b
    Reads only, and may run beside an open shop, as often as you like.
    Example:
      duka audit
    """
    from store import audit as books
    from store import clock, database, migrate

    url = load().database_url
    if database.is_sqlite_url(url) and not Path(database.file_of(url)).is_file():
        raise Stop("There are no books yet: duka serve makes them")
    database.connect(url)
    if not database.answers():
        raise Stop("DATABASE_URL: the database does not answer")
    if migrate.missing():
        raise Stop("The books have not all their tables yet: duka db upgrade")
    found = books.examine(now=clock.ms(datetime.now(UTC)))
    if as_json:
        told = {"agree": not found, "found": [asdict(each) for each in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif not found:
        click.secho(f"The books agree. ({len(books.QUESTIONS)} questions asked)", fg="green")
    else:
        for each in found:
            _print_finding(each)
    sys.exit(1 if found else 0)


def _print_finding(found: "Finding") -> None:
    """What is wrong, what that means, and the rows at fault under their columns."""
    table = [found.columns, *(["–" if x is None else str(x) for x in row] for row in found.rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    click.secho(f"✗ {found.name}", fg="red", bold=True)
    click.echo(f"  {found.meaning}\n")
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(f"    {'  '.join(cells)}".rstrip())
    click.echo()
