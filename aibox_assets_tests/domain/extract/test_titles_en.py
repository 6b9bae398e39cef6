"""Which words of an English text are titles of works, and when works came out, people died and firms were founded."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract import Extractor
from aibox_assets.domain.extract.recognize.works_en import read_titles
from aibox_assets_tests.domain.extract.chunks import chunk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He saw the opera Norma twice.", {"Norma"}),
        ("She wrote A Year of Moss, which sold well.", {"A Year of Moss"}),
        ("They list Northern Roads (Faber, 2015) and a map.", {"Northern Roads"}),
        ("Silver Rain, a film by Tom Lee, is long.", {"Silver Rain"}),
        ("He wrote Jane a letter in Rome.", set()),
        ("It was a film in 1999.", set()),
    ],
)
def test_titles_stand_where_works_are_named(text: str, expected: set[str]) -> None:
    assert {each.text for each in read_titles(text, "Work")} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Wu's first book, The Salt Road, had come out in 1967.", {"The Salt Road RELEASED_ON 1967"}),
        ("Jane Wu was killed near Rome on 3 May 1944.", {"Jane Wu DIED_ON 1944-05-03"}),
        ("Jane Wu studied law. She died in Oslo on 3 May 1944.", {"Jane Wu DIED_ON 1944-05-03"}),
        ("Tom Lee murdered his uncle, Jim Lee, in Leeds in 1924.", {"Jim Lee DIED_ON 1924"}),
        ("Jane Wu may have died in 1944.", set()),
        ("Acme Corp. found oil in 2012.", set()),
        ("Acme Corp. makes pumps. Jane Wu opened it in Leeds in 1931.", {"Acme Corp. FOUNDED_ON 1931"}),
    ],
)
def test_says_when(offline: Extractor, text: str, expected: set[str]) -> None:
    (extraction,) = offline.extract([chunk(text)])
    dated = ("RELEASED_ON", "DIED_ON", "BORN_ON", "FOUNDED_ON")
    told = {f"{it.head} {it.relation} {it.tail}" for it in extraction.triples if it.relation in dated}
    assert told == expected
