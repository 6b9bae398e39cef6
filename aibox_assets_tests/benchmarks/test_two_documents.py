"""Questions that need two documents are made of relations that two texts state."""

from __future__ import annotations

from typing import Any

from benchmarks.quality.two_documents import Question, two_document_questions


def _row(head: str, tail: str) -> dict[str, Any]:
    entities = [{"type": "Location", "mentions": [{"text": name}]} for name in (head, tail)]
    return {"entities": entities, "relations": [[0, "LOCATED_IN", 1]]}


def test_a_question_names_what_two_texts_relate_with_a_third_thing() -> None:
    made = two_document_questions(
        [_row("Colima", "Mexico"), _row("Oaxaca", "Mexico"), _row("Lyon", "France")]
    )
    rare, frequent = made.values()
    assert rare == [Question("How are Colima and Oaxaca connected?", (0, 1))]
    assert frequent == []


def test_a_text_that_names_both_things_makes_none() -> None:
    both = _row("Colima", "Mexico")
    both["entities"].append({"type": "Location", "mentions": [{"text": "Oaxaca"}]})
    assert not any(two_document_questions([both, _row("Oaxaca", "Mexico")]).values())
