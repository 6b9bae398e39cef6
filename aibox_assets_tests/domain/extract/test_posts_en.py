"""Whose posts people hold, as English says it with the body's name or a word that stands for it."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.relate.english.posts import works_of
from aibox_assets_tests.domain.extract.chunks import chunk

OF_POSTS = {"HAS_ROLE", "LEADS", "WORKS_FOR", "LEFT", "SUCCEEDED", "APPOINTED"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Acme Corp. makes pumps in Turin. Its managing director, Jane Wu, said sales rose.",
            {"Jane Wu HAS_ROLE managing director", "Jane Wu LEADS Acme Corp."},
        ),
        (
            "Acme Corp. makes pumps. Tom Lee, its treasurer, agreed.",
            {"Tom Lee HAS_ROLE treasurer", "Tom Lee WORKS_FOR Acme Corp."},
        ),
        (
            "Acme Corp. is a maker of pumps. Jane Wu has been president of the company since 2017.",
            {"Jane Wu HAS_ROLE president", "Jane Wu LEADS Acme Corp."},
        ),
        (
            "Leith Academy is a school in Fife. The principal is Dr Jane Wu.",
            {"Jane Wu HAS_ROLE principal", "Jane Wu LEADS Leith Academy"},
        ),
        (
            "Acme Corp. has named Jane Wu chief executive.",
            {"Acme Corp. APPOINTED Jane Wu", "Jane Wu HAS_ROLE chief executive", "Jane Wu LEADS Acme Corp."},
        ),
        (
            "Jane Wu succeeded Tom Lee as editor of the Walsall Observer.",
            {
                "Jane Wu HAS_ROLE editor",
                "Jane Wu SUCCEEDED Tom Lee",
                "Jane Wu WORKS_FOR Walsall Observer",
                "Tom Lee HAS_ROLE editor",
                "Tom Lee WORKS_FOR Walsall Observer",
            },
        ),
        (
            "Jane Wu, Head of Communications, Acme Corp., London",
            {"Jane Wu HAS_ROLE head of communications", "Jane Wu WORKS_FOR Acme Corp."},
        ),
        ("Beta Ltd, managed by Tom Lee, makes glass.", {"Tom Lee LEADS Beta Ltd"}),
        # Whose chairman he is, is open.
        (
            "Acme Corp. sued Beta Ltd in May. Gamma Inc. watched. The chairman, Tom Lee, was silent.",
            {"Tom Lee HAS_ROLE chairman"},
        ),
        ("It is not true that Acme Corp. has named Jane Wu chief executive.", set()),
        ("Acme Corp. may appoint Jane Wu as its finance director.", set()),
    ],
)
def test_says_whose_posts_people_hold(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    told = {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in OF_POSTS}
    assert told == expected


def test_a_title_says_what_its_holder_does() -> None:
    assert works_of("managing director") == ("LEADS",)
    assert works_of("deputy managing director") == ("WORKS_FOR",)
    assert works_of("sales director") == ("WORKS_FOR",)
    assert works_of("chief financial officer") == ("LEADS", "WORKS_FOR")
    assert works_of("founder") == ("FOUNDED",)
    assert works_of("shareholder") == ()
