"""What is read of spaCy's documents is what spaCy says of them."""

from __future__ import annotations

import pytest

from aibox_assets.domain.extract.offline import OfflineExtractor
from aibox_assets.domain.extract.text.document_en import Document

TEXTS = [
    "",
    'Jane Wu, 31, the chief executive of Acme (a maker of chips), said: "We won\'t  sell it." She left.',
    "After leaving office, Chiluba faced a trial regarding alleged corruption; he was eventually cleared.",
    "  \tOf A, B and C ... what?! (they) sold   the U.S.-based firm's  shares\u00a0; not   ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_words_and_tree(offline: OfflineExtractor, text: str) -> None:
    theirs = offline.english.nlp(text)
    ours = Document(theirs)
    assert ours.text == text
    assert [each.start for each in ours.sents] == [each.start for each in theirs.sents]
    assert [(each.text, each.label_) for each in ours.ents] == [
        (each.text, each.label_) for each in theirs.ents
    ]
    for own, token in zip(ours.words, theirs, strict=True):
        assert (own.text, own.lower_, own.tag_, own.dep_) == (
            token.text,
            token.lower_,
            token.tag_,
            token.dep_,
        )
        assert own.head.i == token.head.i
        assert [each.i for each in own.children] == [each.i for each in token.children]
        assert [each.i for each in own.ancestors] == [each.i for each in token.ancestors]
        assert own.left_edge == token.left_edge.i
        assert own.is_punct == token.is_punct
        assert own.sent.start == token.sent.start
        assert ours.sentence_at(own.idx).start == token.sent.start


@pytest.mark.parametrize("text", TEXTS)
def test_spans(offline: OfflineExtractor, text: str) -> None:
    theirs = offline.english.nlp(text)
    ours = Document(theirs)
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + 40)):
            if not text[start:end].strip():
                continue
            own = ours.char_span(start, end)
            span = theirs.char_span(start, end, alignment_mode="expand")
            assert own is not None
            assert (own.start, own.end, own.text) == (span.start, span.end, span.text)
            assert (own.start_char, own.end_char) == (span.start_char, span.end_char)
            assert (own.root.i, own.sent.start) == (span.root.i, span.sent.start)
    assert ours.char_span(len(text), len(text) + 1) is None
