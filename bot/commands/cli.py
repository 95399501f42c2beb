"""The command line: names, options and help. What a command does is in the part it calls."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.agents import agents_app
from bot.commands.privacy import privacy_app
from bot.commands.shared import bar, console, database, now, settings, settings_path
from bot.errors import ConfigError, UsageError

app = typer.Typer(
    name="aftersales",
    help="After-sales assistant for an online shop: buyers are answered, open cases, and reach a person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
orders_app = typer.Typer(help="The embedded order source.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(orders_app, name="orders")
app.add_typer(agents_app, name="agents")
app.add_typer(privacy_app, name="privacy")
app.add_typer(db_app, name="db")


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
def check(
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="List the texts that no rehearsal sends, instead of the faults."),
    ] = False,
    rehearsals: Annotated[
        Path, typer.Option(help="With --coverage: the folder of rehearsals to play.")
    ] = Path("tests/rehearsals"),
    sent: Annotated[
        Path | None,
        typer.Option(help="With --coverage: keys sent elsewhere, one a line (benchmarks.dialogue --sent)."),
    ] = None,
) -> None:
    """Read config and knowledge as `run` would and list every fault with its line, cause and cure."""
    from bot.commands.check import check as find_faults

    if coverage:
        _coverage(rehearsals, sent)
        return
    with bar("checking") as progress:
        faults = find_faults(settings_path(), progress=progress)
    for fault in faults:
        console.print(f"{fault.level}: {fault.text}", markup=False)
    wrong = sum(f.level == "error" for f in faults)
    console.print(f"{wrong} errors, {len(faults) - wrong} warnings")
    raise typer.Exit(1 if wrong else 0)


def _coverage(rehearsals: Path, sent: Path | None) -> None:
    from bot.commands.coverage import coverage as find_unsent

    keys = sent.read_text(encoding="utf-8").split() if sent else []
    with bar("playing") as progress:
        found = find_unsent(settings(), rehearsals, keys, progress)
    for line in found.unsent:
        console.print(line, markup=False)
    console.print(found.summary())


@app.command()
def rehearse(
    files: Annotated[list[Path], typer.Argument(help="Rehearsal files.")],
    junit: Annotated[Path | None, typer.Option(help="Write the outcome as JUnit XML, too.")] = None,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="Print every conversation, not just those that fail.")
    ] = False,
    channel: Annotated[
        str | None, typer.Option(help="Play through the code of this channel: telegram or web.")
    ] = None,
) -> None:
    """Play scripted conversations against the real engine, store and knowledge, on a test clock."""
    from bot.commands.rehearse import rehearse_files

    failed = rehearse_files(
        files, settings(), junit, transcript, lambda line: console.print(line, markup=False), channel
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


@app.command()
def evidence(
    case: Annotated[str, typer.Argument(help="The case's number, e.g. A260310-7KQ2M.")],
    out: Annotated[Path, typer.Option(help="The ZIP file to write.")],
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Write a case's evidence pack: order, timeline, messages, offers, and its photos as they came."""
    from bot.commands.evidence import export

    if lang not in ("zh", "en"):
        raise UsageError(f"{lang!r} is no language of the pack; choose zh or en")
    loaded = settings()
    with database(loaded) as db, bar("packing"):
        files = export(db, loaded, case, out, "en" if lang == "en" else "zh", now())
    console.print(f"{out}: case {case} with {files} files", markup=False)


@app.command()
def report(
    first: Annotated[
        str, typer.Option("--from", help="The first day, e.g. 2026-03-01 (default: 30 days in all).")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="The last day, included (default: today).")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """The shop's figures: response times and rates, what the bot did alone, promises kept, refunds, satisfaction."""
    from bot.commands.report import figures_of, period_of, print_csv, print_table

    if lang not in ("zh", "en"):
        raise UsageError(f"{lang!r} is no language of the report; choose zh or en")
    loaded = settings()
    period = period_of(first, last, loaded, now())
    with database(loaded) as db, bar("counting") as progress:
        values = figures_of(db, loaded, period, progress)
    if as_csv:
        print_csv(values, period, sys.stdout)
    else:
        print_table(values, period, loaded, "en" if lang == "en" else "zh", console)


@orders_app.command("import")
def orders_import(
    file: Annotated[Path, typer.Argument(help="A CSV file whose header names the order fields.")],
) -> None:
    """Fill the order source: all rows, or none and every wrong row named."""
    from bot.orders.csv_import import import_csv
    from bot.store.orders import put_orders

    loaded = settings()
    with database(loaded) as db, bar("importing") as progress:
        at = now()
        summary = db.write(
            lambda conn: import_csv(
                file, loaded.shop.zone, lambda many: put_orders(conn, many, at), lambda n: progress(n, 0)
            )
        )
    console.print(f"{summary.orders} orders of {summary.buyers} buyers imported ({summary.encoding}).")


@orders_app.command("show")
def orders_show(number: Annotated[str, typer.Argument(help="The order's number.")]) -> None:
    """One order as JSON, with the phone masked."""
    from bot.cases.order import as_json, masked_phone
    from bot.store.orders import read_order

    with database(settings()) as db:
        order = db.read(lambda conn: read_order(conn, number))
    if order is None:
        raise UsageError(f"there is no order {number}; `orders import FILE.csv` fills the order source")
    console.print(
        json.dumps({**as_json(order), "phone": masked_phone(order)}, ensure_ascii=False, indent=2),
        markup=False,
    )


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the schema of this version (`run` does it too)."""
    with database(settings()):
        console.print("The database is up to date.")
