"""A YAML file → plain data plus the line each part stands on. Syntax errors and double keys become faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ConfigError

Place = tuple[str, ...]
_Loader: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml reads ten times faster where it is built in

# what the reader says → what to do about it
_CURES = (
    (
        "mapping values are not allowed",
        "put the text in quotes: a colon with a space after it starts a new key",
    ),
    ("tab character", "indent with spaces, not tabs"),
    ("cannot start any token", "indent with spaces, not tabs, and put texts that begin with @ ` % in quotes"),
    ("found duplicate anchor", "give each anchor a name of its own"),
    ("undefined alias", "put texts that begin with * in quotes"),
    ("found unexpected end of stream", "close the quote or bracket opened above"),
    ("expected ',' or", "close the bracket, or put the text in quotes: [ ] { } and , mean something in YAML"),
    ("expected <block end>", "line this up with the keys above it, or put the text in quotes"),
    ("could not find expected ':'", "write `key: value`, or indent this line under the text it belongs to"),
    ("could not determine a constructor", "put texts that begin with ! in quotes"),
)


@dataclass(frozen=True)
class Document:
    """One YAML document: plain data, the line (from 1) of every key and list entry, and the name to show."""

    name: str
    data: Any
    lines: dict[Place, int]

    def at(self, place: Sequence[str]) -> str:
        """`file:line` of a place, or of the nearest place above it that is really in the file."""
        where = tuple(place)
        while where and where not in self.lines:
            where = where[:-1]
        return f"{self.name}:{self.lines.get(where, 1)}"

    def fault(self, place: Sequence[str], text: str) -> str:
        """One line: where, the dotted path inside the file, cause and cure."""
        path = ".".join(place)
        return f"{self.at(place)}: {path + ': ' if path else ''}{text}"


def read_file(path: Path, name: str | None = None) -> Document:
    """The one document of a file; raises `ConfigError` (`file:line: cause; cure`), also for double keys."""
    shown = name or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([f"{shown}:1: the file is not there; create it or name another one"]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError([f"{shown}:{line}: not UTF-8; save the file as UTF-8"]) from None
    except OSError as error:
        raise ConfigError([f"{shown}:1: cannot be read ({error.strerror}); check its rights"]) from None
    documents = read_text(text, shown)
    if len(documents) > 1:
        raise ConfigError([f"{shown}: has {len(documents)} documents; remove the lines `---` between them"])
    return documents[0] if documents else Document(shown, None, {})


def read_text(text: str, name: str) -> list[Document]:
    """Every document of a text (rehearsals keep several in a file); raises `ConfigError` with all faults."""
    documents = []
    try:
        loader = _Loader(text)
        while loader.check_node():
            documents.append(_document(loader, loader.get_node(), name))
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_syntax(error, name)]) from None
    except yaml.YAMLError as error:
        raise ConfigError([f"{name}: {_one_line(str(error))}; remove the odd character"]) from None
    except RecursionError:
        raise ConfigError([f"{name}:1: nested too deeply; flatten it"]) from None
    return documents


def _document(loader: Any, node: yaml.Node, name: str) -> Document:
    lines: dict[Place, int] = {(): node.start_mark.line + 1}
    faults = [
        f"{name}:{line}: key '{key}' stands here twice (first in line {first}); remove or rename one"
        for line, key, first in _walk(node, (), lines, ())
    ]
    if faults:
        raise ConfigError(faults)
    try:
        data = loader.construct_document(node)
    except (ValueError, TypeError) as error:  # a date like 2026-13-45, a list as a key
        raise ConfigError(
            [f"{name}:{_culprit(loader, node)}: {_one_line(str(error))}; put it in quotes"]
        ) from None
    return Document(name, data, lines)


def _walk(
    node: yaml.Node, place: Place, lines: dict[Place, int], inside: tuple[int, ...]
) -> Iterator[tuple[int, str, int]]:
    """Fills `lines`; yields (line, key, line of the first) for each key written twice."""
    if id(node) in inside:
        raise yaml.constructor.ConstructorError(None, None, "a block contains itself", node.start_mark)
    inside = (*inside, id(node))
    if isinstance(node, yaml.SequenceNode):
        for n, part in enumerate(node.value):
            lines[(*place, str(n))] = part.start_mark.line + 1
            yield from _walk(part, (*place, str(n)), lines, inside)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line, word = key.start_mark.line + 1, str(key.value)
            if word in seen and word != "<<":
                yield line, word, seen[word]
            seen.setdefault(word, line)
            lines.setdefault((*place, word), line)
            yield from _walk(value, (*place, word), lines, inside)


def _culprit(loader: Any, node: yaml.Node) -> int:
    """The line of the scalar that cannot be read, else of the whole."""
    for part in _scalars(node):
        loader.recursive_objects.clear()  # the failed attempt left its traces
        try:
            loader.construct_object(part)
        except (ValueError, TypeError):
            return int(part.start_mark.line) + 1
    return int(node.start_mark.line) + 1


def _scalars(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _scalars(part)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _syntax(error: yaml.MarkedYAMLError, name: str) -> str:
    mark = error.problem_mark or error.context_mark
    problem = _one_line(error.problem or str(error))
    cure = next(
        (cure for words, cure in _CURES if words in problem),
        "check quotes and indentation here and one line up",
    )
    return f"{name}:{mark.line + 1 if mark else 1}: {problem}; {cure}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
