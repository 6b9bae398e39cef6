"""Chinese names that end in 公司, 大学, 峰会 and the like, with the words that distinguish them."""

from __future__ import annotations

from collections.abc import Iterator

from aibox_assets.domain.extract.recognize import lexicon_zh as lexicon
from aibox_assets.domain.extract.recognize.found_zh import Found, Word

# Tags that may stand inside an organization's name; every other tag ends it on the left.
_NAME_TAGS = frozenset(
    {
        "n",
        "nz",
        "ns",
        "nr",
        "nrt",
        "nrfg",
        "nt",
        "j",
        "a",
        "b",
        "eng",
        "vn",
        "an",
        "f",
        "s",
        "l",
        "i",
        "ng",
        "x",
    }
)
# Nouns by their tag, yet what stands before a name: 主管德国…公司.
_NO_PART = frozenset({"主管", "负责", "经营", "管理", "访问", "北部", "南部", "东部", "西部", "中部"})
_DISTINCT_TAGS = frozenset({"nz", "ns", "nr", "nrt", "nrfg", "nt", "eng", "j"})
_LONGEST_NAME = 6  # words
_SUFFIXES = ((lexicon.ORGANIZATION_SUFFIXES, "ORG"), (lexicon.EVENT_SUFFIXES, "EVENT"))
_LAST = frozenset(suffix[-1] for suffixes, _ in _SUFFIXES for suffix in suffixes)


def by_suffix(words: list[Word]) -> Iterator[Found]:
    """Names that end in 公司, 大学, 峰会 and the like, with the words that distinguish them."""
    for place, word in enumerate(words):
        for suffixes, label in _SUFFIXES if word.text[-1] in _LAST else ():
            if not word.text.endswith(suffixes):
                continue
            suffix = next(each for each in suffixes if word.text.endswith(each))
            if _descriptor(words, place) or (place + 1 < len(words) and _continues(words, place + 1, label)):
                continue
            first = place
            while first > 0 and place - first < _LONGEST_NAME and _joins(words[first - 1]):
                first -= 1
            own = word.text[: -len(suffix)]
            if word.text in ("母公司", "子公司"):
                continue  # 谷歌母公司
            if _distinct(words[first:place], own, word, suffix, label):
                yield Found(words[first].start, word.end, label, "suffix")


def _continues(words: list[Word], place: int, label: str) -> bool:
    suffixes = lexicon.ORGANIZATION_SUFFIXES if label == "ORG" else lexicon.EVENT_SUFFIXES
    return words[place].text in suffixes and words[place].text not in ("企业",)


def _joins(word: Word) -> bool:
    return (
        word.tag in _NAME_TAGS
        and word.text not in _NO_PART
        and bool(word.text.strip())
        and (word.tag != "x" or word.text.isalnum())
    )


def _distinct(before: list[Word], own: str, word: Word, suffix: str, label: str) -> bool:
    """A name, not a common noun (汽车公司): something before the suffix is no everyday word."""
    if own and (not word.known or word.tag in _DISTINCT_TAGS):
        return True
    if not before:
        return label == "EVENT" and word.text in lexicon.KNOWN_EVENTS
    unusual = any(not each.known or each.tag in _DISTINCT_TAGS for each in before)
    if label == "EVENT":
        return unusual or suffix in lexicon.NAMED_EVENTS
    if suffix in lexicon.WEAK_SUFFIXES:
        return not before[0].known or before[0].tag in ("nz", "nr", "nrt")
    return unusual or (suffix in lexicon.STRONG_SUFFIXES and any(each.tag not in "bfa" for each in before))


def _descriptor(words: list[Word], place: int) -> bool:
    """芬兰游戏公司 Supercell: 公司 says what the name behind it is."""
    following = [word for word in words[place + 1 : place + 3] if word.text.strip()]
    return words[place].text.endswith("公司") and bool(following) and following[0].tag in ("eng", "nt", "nz")
