"""The console's texts: English in the code, simplified Chinese beside this module, traditional made from that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from opencc import OpenCC

LANGUAGES: Final = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
"""What a person can choose, each in its own language."""
_CATALOGUE: Final = Path(__file__).with_name("texts.zh.yaml")

_GRAPH: Final = Path(__file__).with_name("graph.zh.yaml")

_TAIWAN: Final = {
    **{
        "型別": "類型",
        "退出登入": "登出",
        "示例": "範例",
        "應答": "回應",
        "生成": "產生",
        "用時": "耗時",
        "賬": "帳",
    },
    **{"“": "「", "”": "」"},
}
"""What the phrases leave as it is said elsewhere, or take for a word of programmers."""

_MANY: Final = re.compile(r"\{(\w+)\} (file|sample|passage|relation|name|time)s( are)?\b")


class MissingTextError(KeyError):
    """A text of the console that the catalogue does not have; the tests look at every one."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The texts of a language by the English ones; empty for English."""
    return read_texts(_CATALOGUE, language)


@cache
def graph_words(language: str) -> Mapping[str, str]:
    """What the ontology's names are called in a language; empty for English."""
    return read_texts(_GRAPH, language)


def read_texts(path: Path, language: str) -> Mapping[str, str]:
    """The texts of a file of ours in a language, by the English ones; empty for English."""
    if language == "en":
        return {}
    simplified: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if language == "zh-Hans":
        return simplified
    # By phrases of Taiwan, where words differ and not only characters.
    converter = OpenCC("s2twp")
    return {english: _as_in_taiwan(converter.convert(text)) for english, text in simplified.items()}


def _as_in_taiwan(text: str) -> str:
    for word, better in _TAIWAN.items():
        text = text.replace(word, better)
    return text


def translate(language: str, text: str, **values: object) -> str:
    """*text* in a language, with its values filled in.

    :raises MissingTextError: the catalogue does not have it.
    """
    if language != "en":
        try:
            text = catalogue(language)[text]
        except KeyError:
            raise MissingTextError(text) from None
    elif values:
        text = _MANY.sub(lambda found: _one(found, values), text)
    return text.format(**values) if values else text


def _one(found: re.Match[str], values: Mapping[str, object]) -> str:
    """ "1 file is", where the text has it for many."""
    value, noun, are = found.groups()
    return f"{{{value}}} {noun}{' is' if are else ''}" if str(values.get(value)) == "1" else found[0]


def choose_language(chosen: str | None, accepted: str) -> str:
    """The language of a person: as chosen, else the first of the browser's that there is.

    :param accepted: the header ``Accept-Language``, most wanted first as browsers send it.
    """
    if chosen in LANGUAGES:
        return str(chosen)
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            traditional = any(each in tag for each in ("hant", "tw", "hk", "mo"))
            return "zh-Hant" if traditional else "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"
