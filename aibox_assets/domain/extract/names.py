"""Names as keys: which spellings are the same entity."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

# The dot inside a transliterated name comes in many forms (安娜·福格爾, 安娜．福格爾).
_NAME_DOT = re.compile(r"(?<=[\u3400-\u9fff])\s?[·・‧•.]\s?(?=[\u3400-\u9fff])")
_SPACE = re.compile(r"\s+")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_CONTROLS = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
# Legal forms that say nothing about which company it is; the longer forms first.
_LEGAL_FORM_LATIN = re.compile(
    r"(?:,?\s+(?:incorporated|corporation|company|limited|inc|corp|co|ltd|llc|llp|plc|gmbh|ag|pte|pty|"
    r"s\.a|n\.v)\.?)+$"
)
_LEGAL_FORM_CHINESE = re.compile(r"(?:股份有限公司|有限责任公司|股份公司|有限公司|公司)$")


@lru_cache(maxsize=20_000)
def entity_key(entity_type: str, name: str) -> str:
    """``type:normalized name``, equal for the spellings of one name; its name part is never empty.

    Folds name dots, width and compatibility forms (NFKC), case, white space, traditional into simplified Chinese, and
    drops a leading "the" and company forms such as ``Inc.`` or 有限公司.
    """
    plain = _CONTROLS.sub("", unicodedata.normalize("NFKC", name)).casefold()
    plain = _NAME_DOT.sub("·", plain)
    plain = _SPACE.sub(" ", to_simplified(plain).replace("’", "'")).strip(" \t,;:'\"")
    short = _LEGAL_FORM_CHINESE.sub("", _LEGAL_FORM_LATIN.sub("", plain.removeprefix("the "))).strip(" ,")
    return f"{entity_type}:{short or plain or name}"


@lru_cache(maxsize=512)  # each rule asks for the same texts and names
def to_simplified(text: str) -> str:
    """*text* with each traditional character simplified; exactly as long as *text*, so offsets stay true.

    Character by character, since a phrase table may change the length. Source: OpenCC's TSCharacters.
    """
    return text.translate(_simplified_characters()) if has_chinese(text) else text


def has_chinese(text: str) -> bool:
    """Whether any Chinese character occurs in *text*."""
    return not text.isascii() and _CJK.search(text) is not None


@lru_cache(maxsize=1)
def _simplified_characters() -> dict[int, str]:
    table = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines() if "\t" in line)
    return {ord(traditional): simplified.split()[0] for traditional, simplified in pairs}
