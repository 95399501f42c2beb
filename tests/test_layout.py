"""The shape of the code: which way imports run, how long files are, and where words and SQL stand."""

import ast
import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BOT = TOP / "bot"
LONGEST = 400  # lines of a module

# A part may import from the rows above its own, never from its own row or below. A new part gets a row here.
ROWS = (
    ("errors", "clock", "messages", "photos"),
    ("understanding", "cases"),
    ("knowledge",),
    ("handoff",),
    ("dialogue",),
    ("store",),
    ("keys", "hub"),
    ("config", "inbox", "web"),
    ("kit", "jobs", "housekeeping"),
    ("engine", "outbox", "insight"),
    ("channels", "desk", "orders"),
    ("shop_systems",),
    ("app",),
    ("rehearse",),
    ("commands",),
    ("__main__",),
)
# What a channel, an order source or a refund gateway has to offer: everyone may know that, and nothing else of them.
CONTRACTS = ("bot.channels.base.", "bot.orders.base.", "bot.orders.refunds.")
PURE = ("understanding", "cases", "dialogue", "handoff")
# What would let a pure part act on the world or wait for it.
OUTSIDE = {
    "aiohttp", "asyncio", "fastapi", "httpx", "os", "psycopg", "random", "sched", "socket", "sqlalchemy",
    "sqlite3", "subprocess", "telegram", "threading", "time", "urllib", "uvicorn",
}  # fmt: skip
# The places in them that do touch the world, and why.
EDGES = {
    "bot/understanding/cache.py": "keeps what was fitted in a folder that its caller names",
    "bot/understanding/sentences.py": "what it keeps of a word piece is shared by threads",
}
CLOCK = re.compile(r"\b(?:datetime\.(?:now|utcnow|today)|date\.today)\(")
SENTENCE = re.compile(r"[\u4e00-\u9fff]{2,}[。，！；]")  # not a keyword to look for, nor the name of a law
FOR_AGENTS = ("channels/telegram_desk/words.py",)  # their words, which no buyer reads
# In two halves, since this file is searched too: places on a developer's machine, and package indexes.
FORBIDDEN = [
    "../sha" + "red",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "py" + "pi.org",
    "python" + "hosted",
    "npm" + "js.org",
]
NOT_OURS = ("build", "data", "dist", "node_modules", "__pycache__", "test-results")
TEXTS = (".py", ".md", ".toml", ".yaml", ".yml", ".lock", ".html", ".js", ".css", ".csv", "")


def modules(*parts: str) -> Iterator[Path]:
    for path in sorted(BOT.rglob("*.py")):
        if not parts or part(path) in parts:
            yield path


def part(path: Path) -> str:
    """`bot/cases/rules/returns.py` belongs to `cases`, `bot/errors.py` is `errors`."""
    return path.relative_to(BOT).with_suffix("").parts[0]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """The modules a file imports, in full (`bot.cases.rules.returns`)."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def files() -> Iterator[Path]:
    """The project's own texts, without what tools and a running shop leave in the folder."""
    for path in sorted(TOP.rglob("*")):
        folders = path.relative_to(TOP).parts[:-1]
        made = any((name.startswith(".") and name != ".ci") or name in NOT_OURS for name in folders)
        if not made and path.suffix in TEXTS and path.is_file() and not path.name.startswith(".env"):
            yield path


def plain_name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def read(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def test_imports_run_one_way() -> None:
    row_of = {name: row for row, names in enumerate(ROWS) for name in names}
    wrong = []
    for path in modules():
        here = part(path)
        if here == "__init__":
            continue
        assert here in row_of, f"{path}: give the part {here!r} a row in ROWS"
        for name in imports(path):
            known = name.startswith("bot.") and not name.startswith(CONTRACTS)
            there = name.split(".")[1] if known else here
            if there != here and row_of.get(there, -1) >= row_of[here]:
                wrong.append(f"{path.relative_to(TOP)} imports {name}")
    assert wrong == []


def test_the_parts_that_decide_neither_act_nor_look_at_the_clock() -> None:
    wrong = [
        f"{name}: {', '.join(sorted(outside)) or 'reads the clock'}"
        for path in modules(*PURE)
        if (name := path.relative_to(TOP).as_posix()) not in EDGES
        and (
            (outside := {module.split(".")[0] for module in imports(path)} & OUTSIDE)
            or CLOCK.search(path.read_text(encoding="utf-8"))
        )
    ]
    assert wrong == []


def test_only_the_store_knows_sql() -> None:
    harmless = {"sqlalchemy.Connection"}  # passed on from one function of the store to the next
    wrong = [
        f"{path.relative_to(TOP)} imports {name}"
        for path in modules()
        if part(path) != "store"
        for name in imports(path) - harmless
        if name.split(".")[0] in ("sqlalchemy", "alembic", "psycopg", "sqlite3")
    ]
    assert wrong == []


def test_the_libraries_that_are_declared_are_those_that_are_imported() -> None:
    declared = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    names = {plain_name(re.split(r"[^\w.-]", text)[0]) for text in declared}
    owners = importlib.metadata.packages_distributions()
    imported = {name.split(".")[0] for path in modules() for name in imports(path)}
    used = {plain_name(owner) for name in imported for owner in owners.get(name, ()) if name != "bot"}
    # Used without an import: by uvicorn, by SQLAlchemy, as a table of sounds, and where a system has no time zones.
    silent = {"websockets", "psycopg", "pypinyin", "tzdata"}
    with_fastapi = {"starlette", "pydantic"}  # FastAPI's own foundation, whose types it hands out
    assert used - with_fastapi - names == set()
    assert names - with_fastapi - used == silent


def test_nothing_waits_in_a_way_that_forgets_to_end() -> None:
    """Python 3.11's `asyncio.wait_for` loses a cancellation that comes together with what it waits for."""
    waiting = [
        f"{path.relative_to(TOP)}:{node.lineno}"
        for path in (*modules(), *sorted((TOP / "tests").rglob("*.py")))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "wait_for"
        and ast.unparse(node.value) == "asyncio"
    ]
    assert waiting == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(p.relative_to(TOP)): p.read_text(encoding="utf-8").count("\n") for p in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        str(path.relative_to(TOP))
        for path in modules()
        if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def sentences(path: Path) -> Iterator[ast.Constant]:
    """String constants that are not docstrings."""
    whole = tree(path)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(whole)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(whole):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def test_what_a_buyer_reads_is_written_in_knowledge_and_not_in_code() -> None:
    wrong = [
        f"{path.relative_to(TOP)}:{text.lineno}: {text.value}"
        for path in modules("cases", "dialogue", "channels", "orders")
        if path.relative_to(BOT).as_posix() not in FOR_AGENTS
        for text in sentences(path)
        if SENTENCE.search(str(text.value))
    ]
    assert wrong == []


def test_no_file_speaks_of_a_developers_machine_or_a_package_index() -> None:
    wrong = [
        f"{path.relative_to(TOP)}: {word}"
        for path in files()
        for word in FORBIDDEN
        if word in path.read_text(encoding="utf-8")
    ]
    assert wrong == []
