"""Whatever the text, each part of the extraction ends, and its offsets point into the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.deeds import Deeds
from aibox_assets.domain.extract.gliner.zero_shot import WordSplitter
from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.recognize.chinese import ChineseRecognizer
from aibox_assets.domain.extract.records import read_records
from aibox_assets.domain.extract.relate.chinese import by_order as relate_chinese
from aibox_assets.domain.extract.relate.chinese.anaphors import ORGANIZATION, PERSON
from aibox_assets.domain.extract.relate.english import by_tree as relate_english
from aibox_assets.domain.extract.text.layout import read_layout
from aibox_assets.domain.extract.text.scripts import split_by_script
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.models import Mention, Relation
from aibox_assets.domain.ontology import Ontology
from aibox_assets.domain.time_limit import time_limit
from aibox_assets_tests.domain.extract.chunks import chunk

KINDS = {PERSON: "Person", ORGANIZATION: "Organization"}
_CHINESE = (
    "詹姆斯 史密斯 藤子 不二 马云 王小明 台积电 鸿海 北风电池 有限公司 大学 峰会 台北 高雄市 董事长 先生 "
    "生产 推出 三号 展 收购 出生于 和 与 由 在 的 是 其 了 不"
)
_LATIN = "A J Jane Wu Acme Inc. Corp Siemens Berlin CEO founded acquired said is was the of and by which Q3 B2C x-1 inc"
_MARKS = (
    "· ・ ‧ • ． · . , ; : ! ? ' \" ’s - — … ( ) [ ] { } < > # * | / \\ @ & % "
    "《 》 「 」 （ ） 【 】 、 ， 。 ； ： ！ ？"
)
_DIGITS = "0 7 12 2024 4.5 ① 一 〇 №"
_SYMBOLS = [
    "😀",
    "👩\u200d👧",
    "🇹🇼",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u0301",
    "\x00",
    "\ufffd",
]
_OTHERS = [
    "שלום",
    "مرحبا",
    "日本語の",
    "カタカナ",
    "한국어",
    "Ñandú",
    "ß",
    "İ",
    "ﷺ",
    "々",
    "\U00020000",
    "\ue000",
]
_SPACES = [" ", "  ", "\n", "\n\n", " \n", "\t", "\r", "\v", "\f", "\u2028", "\u3000", "\xa0"]
_SHAPES = [
    "a.b: ",
    "Founder: ",
    "company.name: Acme\n",
    " | ",
    "- ",
    "http://a.b/c?d=e",
    "a@b.co",
    "创始人：",
]
_PIECES = [*f"{_CHINESE} {_LATIN} {_MARKS} {_DIGITS}".split(), *_SYMBOLS, *_OTHERS, *_SPACES, *_SHAPES]

pieces = st.one_of(st.sampled_from(_PIECES), st.sampled_from(_CHINESE.split()), st.sampled_from("·・‧•．"))
runs = st.builds(str.__mul__, pieces, st.integers(2, 150))
texts = st.lists(st.one_of(pieces, pieces, pieces, runs, st.characters(codec="utf-8")), max_size=40).map(
    "".join
)

# A tenth of a second is usual; the limit is for a machine with more to do.
_SECONDS = 20
examples = settings(max_examples=60, deadline=None)


@contextmanager
def _ends() -> Iterator[None]:
    with time_limit(_SECONDS):
        yield


@pytest.fixture(scope="module")
def chinese(ontology: Ontology) -> ChineseRecognizer:
    return ChineseRecognizer(ontology, ["收购", "创立"])


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("詹姆斯·J·史密斯出生于伦敦。", "詹姆斯·J·史密斯"),
        ("这是藤子·F·不二雄执笔的作品。", "藤子·F·不二"),  # the dictionary has 不二
        ("他叫乔治·华盛顿·J，生于1732年。", "乔治·华盛顿"),
        ("这是乔治・2号。", None),
        ("乔治··华盛顿来了。", None),
        ("乔治·华盛顿", "乔治·华盛顿"),
        ("乔治·", None),
    ],
)
def test_a_middle_dot_stands_beside_anything(
    chinese: ChineseRecognizer, text: str, person: str | None
) -> None:
    with _ends():
        names = [each.name for each in chinese.recognize(text) if "·" in each.name]
    assert names == ([person] if person else [])


@examples
@given(texts)
def test_all_together(offline: Extractor, text: str) -> None:
    with _ends():
        (extraction,) = offline.extract([chunk(text, char_start=100)])
    for mention in extraction.mentions:
        assert 100 <= mention.char_start < mention.char_end <= 100 + len(text)
    for triple in extraction.triples:
        assert 100 <= triple.char_start < triple.char_end <= 100 + len(text)
        assert text[triple.char_start - 100 : triple.char_end - 100] == triple.evidence


@examples
@given(texts)
def test_the_chinese_recognizer(chinese: ChineseRecognizer, text: str) -> None:
    with _ends():
        mentions = chinese.recognize(text)
    _check_mentions(mentions, text)


@examples
@given(texts, st.data())
def test_chinese_relations_between_any_mentions(text: str, data: st.DataObject) -> None:
    mentions = data.draw(_mentions_in(text))
    with _ends():
        relations = relate_chinese.relate(text, mentions, KINDS)
    # A word may stand for the mention itself.
    _check_relations(relations, [each for found in relations for each in (found.head, found.tail)], text)


@examples
@given(texts, st.data())
def test_english_relations_between_any_mentions(
    offline: OfflineExtractor, text: str, data: st.DataObject
) -> None:
    mentions = data.draw(_mentions_in(text))
    with _ends():
        (document,) = offline.english.read([text])
        relations = relate_english.relate(document, mentions, KINDS[PERSON])
    # A noun may stand for the mention itself ("the company").
    _check_relations(relations, [each for found in relations for each in (found.head, found.tail)], text)


@examples
@given(texts, st.data())
def test_deeds_of_any_mentions(
    offline: OfflineExtractor, ontology: Ontology, text: str, data: st.DataObject
) -> None:
    mentions = data.draw(_mentions_in(text))
    deeds = Deeds(ontology, RelationTyper(ontology))
    with _ends():
        (document,) = offline.english.read([text])
        told = [*deeds.english(document, mentions), *deeds.chinese(text, mentions)]
    _check_relations([relation for _, relation in told], mentions, text)


@examples
@given(texts)
def test_layout_and_records(ontology: Ontology, text: str) -> None:
    with _ends():
        layout = read_layout(text)
        records = read_records(text, layout, ontology, RelationTyper(ontology))
    assert len(layout.text) == len(text)
    _check_mentions(records.mentions, text)


@examples
@given(texts)
def test_scripts_and_words(text: str) -> None:
    with _ends():
        assert "".join(each.text for each in split_by_script(text)) == text
        words = list(_splitter(text))
    assert all(text[start:end] == word for word, start, end in words)


_splitter = WordSplitter()

# (before, what is repeated, behind): each took quadratic or cubic time once, or looks as if it could.
_LONG = [
    ("马云,", " ", "x腾讯。"),
    ("台积电和", " ", "x腾讯。"),
    ("company.name: Acme\ncompany.title: CEO", " ", "x\ncompany.founder: Jane Wu"),
    ("", "\n", ""),
    ("", "- \n", ""),
    ("", "-", ""),
    ("Key", " ", "x | "),
    ("", "詹姆斯·J·", ""),
    ("", "Jane Wu and ", "founded Acme."),
    ("", "he said that ", "Acme acquired Nokia."),
    ("Jane Wu founded Acme ", "’s", "x"),
    ("Acme Corp", ".", "x"),
    ("Acme", " inc", "x"),
    ("", "《", ""),
    ("由", "…", "\n收购。"),
    ("北风电池宣布", "北风电池", "。"),
]


@pytest.mark.parametrize(("before", "repeated", "behind"), _LONG)
def test_long_runs(offline: Extractor, before: str, repeated: str, behind: str) -> None:
    text = before + (repeated * 3000)[:3000] + behind
    with _ends():
        assert len(offline.extract([chunk(text)])) == 1


@st.composite
def _mentions_in(draw: st.DrawFn, text: str) -> list[Mention]:
    """Neighbouring, apart, anywhere; in the order of the text, without overlaps."""
    borders = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    types = st.sampled_from(["Person", "Organization", "Location", "Product"])
    return [
        Mention(start, end, text[start:end], draw(types), text[start:end], 0.9)
        for start, end in zip(borders[::2], borders[1::2], strict=False)
    ]


def _check_mentions(mentions: list[Mention] | tuple[Mention, ...], text: str) -> None:
    for each in mentions:
        assert 0 <= each.char_start < each.char_end <= len(text)
        assert text[each.char_start : each.char_end] == each.text
    for one, following in pairwise(mentions):
        assert one.char_end <= following.char_start


def _check_relations(relations: list[Relation], mentions: list[Mention], text: str) -> None:
    for each in relations:
        assert each.head in mentions
        assert each.tail in mentions
        assert 0 <= each.char_start <= each.char_end <= len(text)
