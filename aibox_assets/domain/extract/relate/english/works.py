"""Who made a book, song or film, as English says it right beside its title: "Emma is a novel by Jane Austen", "Astley's
third album, Free"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aibox_assets.domain.models import Mention, Relation

UNSURE: Final = 0.5
"""A name that is less sure may be a title, or the beginning of one."""
WORK: Final = "Work"
"""The type of works, in an ontology that has them."""
_AUTHORED, _PERFORMED, _DIRECTED = "AUTHORED", "PERFORMED", "DIRECTED"
_KIND: Final = (
    r"(?P<kind>album|song|single|novel|novella|book|film|movie|play|opera|musical|episode|poem|EP|track|painting|symphony|memoir|"
    r"documentary|ballad|sculpture|short story|mixtape|soundtrack|trilogy|comic|handbook|textbook|manual|biography|"
    r"autobiography|guide|essay|collection|history|study|monograph|thesis|cookbook|memoirs)"
)
_WORD: Final = r"(?:[A-Z0-9][\w’'&!?-]*|(?:of|the|an?|and|in|to|for|on|with|de|la|el|los|du|von|der)\b)"
_TITLE: Final = (
    rf"(?:[\"“]\s?(?P<quoted>[^\"“”\n]{{2,80}}?)[,.]?\s?[\"”]|(?P<bare>[A-Z][\w’'&!?-]*(?:\s{_WORD}){{0,8}}))"
)
# "Emma (1815) is the fourth novel by".
_IS: Final = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.!?]\s)){_TITLE}\s+(?:\([^()\n]{{1,60}}\)\s+)?(?:is|was)\s+(?:a|an|the)\s+"
    rf"(?:[\w’',-]+\s+){{0,9}}?{_KIND}\b(?P<rest>[^.\n]{{0,200}})"
)
_BY: Final = re.compile(
    r"\b(?:by|from|of)\s+(?:(?:the|its|American|British|English|Canadian|Australian|French|German|Spanish|Swedish|Norwegian|Irish|"
    r"Scottish|Welsh|Italian|Japanese|Korean|Indian|Dutch)\s+)*(?:[a-z][\w’'&/-]*(?:\s?[-/]\s?|,?\s+)){0,7}$"
)
_OWN: Final = (
    r"\s+(?:(?!(?:in|of|for|on|at|with|from|to|and|as|by)\b)[A-Za-z0-9][\w’'-]*\s+){0,5}?"
    rf"{_KIND},?\s+(?:(?:called|titled|entitled|named)\s+)?{_TITLE}"
)
_HIS: Final = re.compile(rf"[’']s?{_OWN}")
_THEIR: Final = re.compile(rf"\b(?:his|her|their)\b{_OWN}")
# "Emma is Jane Austen's fourth novel"
_IS_THEIRS: Final = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.!?]\s)){_TITLE}\s+(?:\([^()\n]{{1,60}}\)\s+)?(?:is|was)\s+(?:the\s+)?$"
)
_OWN_KIND: Final = re.compile(rf"[’']s?\s+(?:[a-z-]+\s+){{0,3}}?{_KIND}\b")
_STOP: Final = re.compile(r"[.!?](?=\s|$)|\n|$")
_MUSIC: Final = re.compile(r"album|song|single|track|EP|ballad|mixtape|soundtrack")
_SCREEN: Final = re.compile(r"film|movie|episode|documentary")
_WRITTEN: Final = re.compile(r"\b(?:written|composed|penned|authored)\b")
_AND: Final = re.compile(r"\s*(?:,|and|&|,\s*and)\s*")
_SURE: Final = 0.85
_LONGEST: Final = 120  # characters of a title and what stands behind it


def read_works(
    text: str, names: Sequence[Mention], makers: frozenset[str], work: str
) -> Iterator[tuple[str, Relation]]:
    """Who of *names*, if of the types *makers*, made which work, and how; the tails are of the type *work*."""
    people = [each for each in names if each.type in makers]
    if not people:
        return
    for found in _IS.finditer(text):
        title = _title(found, names, makers, work)
        if title is None:
            continue
        start, end = found.span("rest")
        makers_here: list[Mention] = []
        for each in people:
            if not start <= each.char_start < end:
                continue
            joined = makers_here and _AND.fullmatch(text, makers_here[-1].char_end, each.char_start)
            if joined or (not makers_here and _BY.search(text, start, each.char_start)):
                makers_here.append(each)
        by = text[start : makers_here[0].char_start] if makers_here else ""
        for each in makers_here:
            yield (
                _made(found["kind"], by),
                Relation(
                    each, title, "by", found.start(), _end(text, max(title.char_end, each.char_end)), _SURE
                ),
            )
    for each in people:
        own = _HIS.match(text, each.char_end)
        if own is not None:
            yield from _owned(text, each, own, names, makers, work)
        led = _IS_THEIRS.search(text, max(0, each.char_start - _LONGEST), each.char_start)
        kind = _OWN_KIND.match(text, each.char_end)
        title = _title(led, names, makers, work) if led is not None and kind is not None else None
        if kind is not None and title is not None:
            end = _end(text, kind.end())
            yield _made(kind["kind"], ""), Relation(each, title, "'s", title.char_start, end, _SURE)
    for own in _THEIR.finditer(text):
        begin = max(text.rfind(mark, 0, own.start()) for mark in (". ", "? ", "! ", "\n"))
        before = {
            each.name: each for each in people if begin < each.char_start and each.char_end <= own.start()
        }
        if len(before) == 1:
            yield from _owned(text, next(iter(before.values())), own, names, makers, work)


def _owned(
    text: str, maker: Mention, own: re.Match[str], names: Sequence[Mention], makers: frozenset[str], work: str
) -> Iterator[tuple[str, Relation]]:
    title = _title(own, names, makers, work)
    if title is not None:
        said = Relation(maker, title, "'s", maker.char_start, _end(text, title.char_end), _SURE)
        yield _made(own["kind"], ""), said


def _made(kind: str, by: str) -> str:
    """What one who is named with a work of a *kind* did to it, *by* the words that lead to the name."""
    if "directed" in by:
        return _DIRECTED
    if _WRITTEN.search(by):
        return _AUTHORED
    return _PERFORMED if _MUSIC.search(kind) else _DIRECTED if _SCREEN.search(kind) else _AUTHORED


def _title(
    found: re.Match[str], names: Sequence[Mention], makers: frozenset[str], work: str
) -> Mention | None:
    group = "quoted" if found["quoted"] else "bare"
    said = found[group].strip()
    start = found.start(group) + len(found[group]) - len(found[group].lstrip())
    end = start + len(said)
    sure = (each for each in names if each.type in makers and each.confidence >= UNSURE)
    if any(each.char_start < end and start < each.char_end for each in sure):
        return None
    return Mention(start, end, said, work, " ".join(said.split()), _SURE)


def _end(text: str, place: int) -> int:
    """The end of the sentence of *place*."""
    stop = _STOP.search(text, place)
    return stop.end() if stop else len(text)
