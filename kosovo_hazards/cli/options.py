"""Arguments of the library as options of a command, so that what a message advises works as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kosovo_hazards._errors import UsageError
from kosovo_hazards._wording import Python

__all__ = ["CommandLine", "numbers", "pairs"]

# Options that may be given several times are named in the singular.
_REPEATED = {"columns": "column", "values": "value", "defaults": "default", "limits": "limit"}
_FLAGS = {
    ("overwrite", True): "--overwrite",
    ("swap_xy", True): "--{}swap-xy",
    ("swap_xy", False): "--no-{}swap-xy",
    ("day_first", True): "--{}day-first",
    ("day_first", False): "--{}month-first",
    ("join_parts", True): "--{}join-parts",
    ("close_lines", True): "--{}close-lines",
}
# Each file of a command has its own.
_OF_FILES = frozenset(
    {"crs", "layer", "column", "value", "default", "swap_xy", "encoding", "join_parts", "close_lines"}
)
_PLAIN = re.compile(r"[\w.:/=,@%+…-]+")


@dataclass(frozen=True)
class CommandLine:
    """The options of a command.

    Attributes
    ----------
    options
        Names of its parameters.
    about
        The file that messages are about, where it has options of its own: ``releases``, ``places``; else empty.

    Examples
    --------
    >>> shell = CommandLine(frozenset({"crs", "default", "releases_crs"}))
    >>> shell.argument("crs", ("EPSG:9141",)), shell.argument("defaults", ({"hazard_type": "SHA"},))
    ('--crs EPSG:9141', '--default hazard_type=SHA')
    >>> shell.on("releases").argument("crs", ()), shell.argument("on_error", ("quarantine",))
    ('--releases-crs', 'on_error="quarantine" in Python')
    """

    options: frozenset[str]
    about: str = ""

    def on(self, about: str) -> CommandLine:
        """The same command, speaking of another of its files."""
        return replace(self, about=about)

    def argument(self, name: str, values: tuple[object, ...]) -> str:
        """An option, as ``--crs EPSG:9141``, or a keyword of Python if the command has none for it."""
        singular = _REPEATED.get(name, name)
        prefix = f"{self.about}-" if f"{self.about}_{singular}" in self.options else ""
        if not prefix and (singular not in self.options or (self.about and singular in _OF_FILES)):
            return f"{Python().argument(name, values)} in Python"
        flag = _FLAGS.get((name, values[0])) if values and isinstance(values[0], bool) else None
        if flag is not None:
            return flag.format(prefix)
        option = f"--{prefix}{singular.replace('_', '-')}"
        words = [word for value in values for word in _words(value)]
        return " ".join(f"{option} {_quoted(word)}" for word in words) if words else option

    def only_in_python(self, _text: str, otherwise: str, /) -> str:
        """What stands for the code."""
        return otherwise


def _words(value: object) -> list[str]:
    if not isinstance(value, Mapping):
        return ["…" if value is ... else str(value)]
    pairs: list[str] = []
    for key, item in value.items():
        # Words are mapped for all columns alike.
        left = "…" if key is ... else str(key)
        pairs += _words(item) if isinstance(item, Mapping) else [f"{left}={'…' if item is ... else item}"]
    return pairs


def _quoted(word: str) -> str:
    """As both a POSIX shell and Windows take it."""
    if _PLAIN.fullmatch(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'" if set(word) & set('"$`\\!') else f'"{word}"'


def numbers(limits: Sequence[str] | None) -> dict[str, float] | None:
    """Read NAME=NUMBER options.

    Parameters
    ----------
    limits
        What was given.
    """
    given = pairs(limits, "limit")
    wrong = [number for number in (given or {}).values() if not number.replace(".", "", 1).isdigit()]
    if wrong:
        raise UsageError(f"--limit {wrong[0]!r} is not NAME=NUMBER", hint="for instance --limit columns=5000")
    return None if given is None else {name: float(number) for name, number in given.items()}


def pairs(texts: Sequence[str] | None, option: str) -> dict[str, str] | None:
    """Read NAME=VALUE options.

    Parameters
    ----------
    texts
        What was given.
    option
        Its name.
    """
    if not texts:
        return None
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        example = "rivers=rivers.gpkg" if option == "context" else "hazard_type=SHA"
        raise UsageError(f"--{option} {wrong[0]!r} is not NAME=VALUE", hint=f"for instance --{option} {example}")
    # A word of the file may hold the sign itself, a name of ours never does.
    return dict(text.rsplit("=", 1) if option == "value" else text.split("=", 1) for text in texts)
