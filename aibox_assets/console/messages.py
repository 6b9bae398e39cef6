"""What services say, in the reader's language: errors, remedies and findings are made elsewhere, as English sentences
with values in them. The catalogue has their forms as the code makes them, which a test compares with the code; what has
no form there is shown as it is. A second catalogue has what libraries say within them, where people meet it often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Final

from aibox_assets.console.texts import catalogue, read_texts

_FILE: Final = Path(__file__).with_name("messages.zh.yaml")
_LIBRARIES: Final = Path(__file__).with_name("libraries.zh.yaml")
SAID: Final = frozenset(
    {
        "reason",
        "remedy",
        "found",
        "limit",
        "content",
        "claimed",
        "kind",
        "kinds",
        "what",
        "when",
        "said",
        "free",
    }
    | {"lacks", "direction", "why", "state", "step", "program", "role", "wanted"}
)
"""Values that are themselves said by the code; the others are names and numbers, and stay as they are."""
KNOWN: Final = frozenset({"claimed", "when", "said", "direction", "state", "found", "why"})
"""Of those the ones that must be known, so that not every sentence of the same shape is taken for one of ours."""
_BOTH: Final = "{reason} {remedy}"
_MOST_ENDS: Final = 4
_LONGEST: Final = 2000
"""Characters; what is longer is no sentence."""


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence with places for values: *literals* stand around and between them, one more than *names*."""

    literals: tuple[str, ...]
    names: tuple[str, ...]
    meaning: str

    def read(self, text: str) -> Mapping[str, str] | None:
        """The values of *text*; None where it has another form. In time linear in its length."""
        first, *middle = self.literals
        if not text.startswith(first):
            return None
        if not middle:
            return {} if text == first else None
        *middle, last = middle
        end = len(text) - len(last)
        if not text.endswith(last):
            return None
        values, at = [], len(first)
        for literal in middle:
            found = text.find(literal, at + 1, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(literal)
        if at >= end:
            return None
        return dict(zip(self.names, [*values, text[at:end]], strict=True))


@cache
def forms(language: str) -> tuple[Form, ...]:
    """The forms of a language, those that say most by themselves first; none for English."""
    return _read_forms(_FILE, language)


@cache
def foreign_forms(language: str) -> tuple[Form, ...]:
    """The forms of what libraries say; ``words`` in a meaning are their own."""
    return _read_forms(_LIBRARIES, language)


def _read_forms(path: Path, language: str) -> tuple[Form, ...]:
    made = []
    for english, meaning in read_texts(path, language).items():
        if _BOTH in english:  # where one of them ends and the other begins is seen by what they say
            english, meaning = english.replace(_BOTH, "{reason}"), meaning.replace("{remedy}", "")
        literals, names = [], []
        for literal, name, _, _ in Formatter().parse(english):
            literals.append(literal)
            if name is not None:
                names.append(name)
        if len(literals) == len(names):
            literals.append("")
        made.append(Form(tuple(literals), tuple(names), meaning))
    return tuple(sorted(made, key=lambda form: -sum(map(len, form.literals))))


def retell(language: str, text: str) -> str:
    """*text*, which some part of the code said, in a language; as it is where that is not known."""
    found = _find(language, text) if language != "en" and len(text) <= _LONGEST else None
    return text if found is None else found


@lru_cache(2048)
def _find(language: str, text: str) -> str | None:
    word = catalogue(language).get(text)
    if word is not None:
        return word
    if both := _find_both(language, text):
        return both
    for form in forms(language):
        values = form.read(text)
        if values is None:
            continue
        told = {name: _find_value(language, name, value) for name, value in values.items()}
        if all(told[name] is not None for name in KNOWN & told.keys()):
            return form.meaning.format_map({name: told[name] or value for name, value in values.items()})
    return None


def _find_value(language: str, name: str, value: str) -> str | None:
    if name not in SAID:
        return value
    return _find_foreign(language, value) or _find(language, value)


def _find_foreign(language: str, text: str) -> str | None:
    """What a library said, in the language; some say it as a sentence, and ours goes on behind it."""
    said = text.rstrip(".")
    for form in foreign_forms(language):
        values = form.read(said)
        if values is not None:
            return form.meaning.format_map({"words": said, **values})
    return None


def _find_both(language: str, text: str) -> str | None:
    """A reason and a remedy behind it."""
    at = -1
    for _ in range(_MOST_ENDS):
        at = text.find(". ", at + 1)
        if at < 0:
            break
        if _find_foreign(language, text[at + 2 :]):  # the end of what a library said in two sentences
            continue
        both = _find(language, text[: at + 1]), _find(language, text[at + 2 :])
        if both[0] is not None and both[1] is not None:
            return both[0] + both[1]
    return None
