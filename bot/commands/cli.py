"""The command line: names, options and help. What a command does is in the part it calls."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.clock import system_clock
from bot.config import Settings, load_settings
from bot.errors import ConfigError, UsageError
from bot.store.db import Database

app = typer.Typer(
    name="aftersales",
    help="After-sales assistant for an online shop: buyers are answered, open cases, and reach a person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
orders_app = typer.Typer(help="The embedded order source.", no_args_is_help=True)
agents_app = typer.Typer(help="Desk accounts.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(orders_app, name="orders")
app.add_typer(agents_app, name="agents")
app.add_typer(db_app, name="db")

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@app.callback()
def _common(
    config: Annotated[
        Path | None, typer.Option(help="The settings file (default: config.yaml here, if there is one).")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what happens, without buyers' words.")
    ] = False,
) -> None:
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    if config is not None:
        os.environ["AFTERSALES_CONFIG"] = str(config)


def settings_path() -> Path | None:
    """`--config`, else config.yaml in this folder, else None: the defaults."""
    if given := os.environ.get("AFTERSALES_CONFIG"):
        return Path(given)
    here = Path("config.yaml")
    return here if here.exists() else None


def settings() -> Settings:
    return load_settings(settings_path(), os.environ)


@app.command()
def run() -> None:
    """Start the shop: every configured channel, the engine, the outbox and the desk."""
    from bot.app import App, check_port

    try:
        loaded = settings()
        check_port(loaded)
        shop = App(loaded, lambda line: console.print(line, markup=False))
    except ConfigError as fault:
        raise ConfigError(_every_fault(fault)) from None
    asyncio.run(shop.serve())


def _every_fault(first: ConfigError) -> list[str]:
    """Settings, texts and flows are read one after the other; whoever mends them wants all their faults at once."""
    from bot.commands.check import check as find_faults

    others = [fault.text for fault in find_faults(settings_path(), train=False) if fault.level == "error"]
    return list(dict.fromkeys([*first.faults, *others]))


@app.command()
def chat(
    buyer: Annotated[
        str | None, typer.Option(help="Whose orders are at hand (demo-lin, demo-emma, or a buyer of yours).")
    ] = None,
    order_source: Annotated[
        str, typer.Option(help="'embedded', or a CSV file of orders to try texts on.")
    ] = "embedded",
) -> None:
    """Talk to the bot as a buyer: /photo FILE sends a picture, a number presses a button, /quit ends."""
    from bot.commands.chat import talk

    asyncio.run(talk(settings(), buyer, order_source, lambda line: console.print(line, markup=False)))


@app.command()
def match(
    text: Annotated[str | None, typer.Argument(help="A message, as a buyer would write it.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='One JSON object a line on stdin: {"id"?, "text", "lang"?}.')
    ] = False,
) -> None:
    """Which topic a message is about, and why."""
    from bot.commands.match import explain_text, match_lines
    from bot.kit import build_matcher

    if (text is None) != jsonl:
        raise UsageError(
            "match needs a text, or --jsonl with messages on stdin; for example: match 退款多久到账"
        )
    matcher = build_matcher(settings())
    if text is None:
        match_lines(matcher, sys.stdin, sys.stdout)
    else:
        console.print(explain_text(matcher, text), markup=False)


@app.command()
def check() -> None:
    """Read config and knowledge as `run` would and list every fault with its line, cause and cure."""
    from bot.commands.check import check as find_faults

    with bar("checking") as progress:
        faults = find_faults(settings_path(), progress=progress)
    for fault in faults:
        console.print(f"{fault.level}: {fault.text}", markup=False)
    wrong = sum(f.level == "error" for f in faults)
    console.print(f"{wrong} errors, {len(faults) - wrong} warnings")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def rehearse(
    files: Annotated[list[Path], typer.Argument(help="Rehearsal files.")],
    junit: Annotated[Path | None, typer.Option(help="Write the outcome as JUnit XML, too.")] = None,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="Print every conversation, not just those that fail.")
    ] = False,
) -> None:
    """Play scripted conversations against the real engine, store and knowledge, on a test clock."""
    from bot.commands.rehearse import rehearse_files

    failed = rehearse_files(
        files, settings(), junit, transcript, lambda line: console.print(line, markup=False)
    )
    raise typer.Exit(1 if failed else 0)


@app.command()
def graph(
    flow: Annotated[
        str | None, typer.Argument(help="A flow of knowledge/flows; without it, the case states.")
    ] = None,
) -> None:
    """Draw the case states, or a flow, as Mermaid, from the same tables that run."""
    from bot.commands.graph import draw

    console.print(draw(settings(), flow), markup=False)


@orders_app.command("import")
def orders_import(
    file: Annotated[Path, typer.Argument(help="A CSV file whose header names the order fields.")],
) -> None:
    """Fill the order source: all rows, or none and every wrong row named."""
    from bot.orders.csv_import import import_csv
    from bot.store.orders import put_orders

    loaded = settings()
    with _database(loaded) as db, bar("importing") as progress:
        now = _now()
        summary = db.write(
            lambda conn: import_csv(
                file, loaded.shop.zone, lambda many: put_orders(conn, many, now), lambda n: progress(n, 0)
            )
        )
    console.print(f"{summary.orders} orders of {summary.buyers} buyers imported ({summary.encoding}).")


@orders_app.command("show")
def orders_show(number: Annotated[str, typer.Argument(help="The order's number.")]) -> None:
    """One order as JSON, with the phone masked."""
    from bot.cases.order import as_json, masked_phone
    from bot.store.orders import read_order

    with _database(settings()) as db:
        order = db.read(lambda conn: read_order(conn, number))
    if order is None:
        raise UsageError(f"there is no order {number}; `orders import FILE.csv` fills the order source")
    console.print(
        json.dumps({**as_json(order), "phone": masked_phone(order)}, ensure_ascii=False, indent=2),
        markup=False,
    )


@agents_app.command("add")
def agents_add(
    name: Annotated[str, typer.Argument(help="The account's name, e.g. mei.")],
    display: Annotated[str, typer.Option(help="How buyers see them (default: the name).")] = "",
    role: Annotated[str, typer.Option(help="agent, lead or admin.")] = "agent",
) -> None:
    """Make a desk account and print its one-time sign-in link."""
    from bot.store import agents

    if role not in ("agent", "lead", "admin"):
        raise UsageError(f"{role!r} is no role; choose agent, lead or admin")
    loaded = settings()
    with _database(loaded) as db:
        db.write(lambda conn: agents.add(conn, name, display or name, role, _now()))
        _print_link(db.write(lambda conn: agents.make_key(conn, name, "link", _now())), loaded)


@agents_app.command("link")
def agents_link(name: Annotated[str, typer.Argument(help="The account's name.")]) -> None:
    """A new one-time sign-in link for an account."""
    from bot.store import agents

    loaded = settings()
    with _database(loaded) as db:
        _print_link(db.write(lambda conn: agents.make_key(conn, name, "link", _now())), loaded)


@agents_app.command("list")
def agents_list() -> None:
    """Every desk account."""
    from bot.store import agents

    with _database(settings()) as db:
        for agent in db.read(agents.everyone):
            console.print(f"{agent.name}\t{agent.display}\t{agent.role}", markup=False)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the schema of this version (`run` does it too)."""
    with _database(settings()):
        console.print("The database is up to date.")


# --- small things ------------------------------------------------------------------------------------------------


@contextmanager
def _database(loaded: Settings) -> Iterator[Database]:
    """The database, at this version's schema, for the length of a command."""
    db = Database(loaded.database_url)
    try:
        db.migrate()
        yield db
    finally:
        db.close()


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar beside the output; called with (done, of), where 0 means that the end is not known."""
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of or None)


def _now() -> float:
    return system_clock().timestamp()


def _print_link(secret: str, loaded: Settings) -> None:
    console.print(f"{loaded.public_url}/desk/sign-in?key={secret}   (works once, for 24 hours)", markup=False)
