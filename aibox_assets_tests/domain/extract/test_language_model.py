"""Extraction by a language model: what of its answers holds, what is asked, and whose fault a failure is."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aibox_assets.client.chat import ChatModel
from aibox_assets.domain.bounded import extract_within
from aibox_assets.domain.chat import BudgetSpentError, ChatStatusError, TextFaultError
from aibox_assets.domain.errors import LanguageModelError
from aibox_assets.domain.extract.llm.answer import UnreadableAnswerError, find_words, read_answer
from aibox_assets.domain.extract.llm.budget import Budget, ProcessLedger, Used
from aibox_assets.domain.extract.llm.extractor import LanguageModelExtractor
from aibox_assets.domain.extract.type_relations import RelationTyper
from aibox_assets.domain.ontology import Ontology, load_ontology
from aibox_assets_tests.domain.extract.chunks import chunk
from aibox_assets_tests.services.language_server import Answer, LanguageServer, running_language_server

TEXT = "Jane Wu\nfounded Acme in Taipei. She sold Boltworks later. 郭台銘創立了鴻海。"
PEOPLE = [("Jane Wu", "Person"), ("Acme", "Organization"), ("Taipei", "Location"), ("Bolt", "Organization")]


def said(
    entities: list[tuple[str, str]] = PEOPLE, relations: tuple[tuple[str, str, str, str], ...] = ()
) -> str:
    keys = ("head", "relation", "tail", "quote")
    return json.dumps(
        {
            "entities": [{"name": name, "type": kind} for name, kind in entities],
            "relations": [dict(zip(keys, each, strict=True)) for each in relations],
        }
    )


FOUNDED = said(relations=(("Jane Wu", "FOUNDED", "Acme", "Jane Wu founded Acme"),))


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(None)


@pytest.fixture
def server() -> Iterator[LanguageServer]:
    with running_language_server() as running:
        yield running


class Asked:
    """An extractor on the local server, what it waited, and what it used."""

    def __init__(self, server: LanguageServer, ontology: Ontology, budget: Budget, **options: Any) -> None:
        self.waited: list[float] = []
        self.ledger = ProcessLedger(budget, "small")
        chat = ChatModel(server.url, "small", "s3cret", options.pop("seconds", 5))
        self.extractor = LanguageModelExtractor(
            "llm:small", ontology, chat, self.ledger, sleep=self.waited.append, **options
        )


@pytest.fixture
def ask(server: LanguageServer, ontology: Ontology) -> Callable[..., Asked]:
    def make(budget: Budget | None = None, **options: Any) -> Asked:
        return Asked(server, ontology, budget or Budget(), **options)

    return make


def in_turn(*answers: Answer) -> Callable[[dict[str, Any]], Answer]:
    left = list(answers)
    lock = threading.Lock()

    def answer(request: dict[str, Any]) -> Answer:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


# --- what of an answer holds


def read(answer: str, ontology: Ontology, text: str = TEXT) -> list[tuple[str, str, str]]:
    trace = read_answer(answer, text, ontology, RelationTyper(ontology))
    return [(each.head.name, each.relation, each.tail.name) for each in trace.typed]


def test_names_and_quotes_are_found_whatever_white_space_the_text_has(ontology: Ontology) -> None:
    trace = read_answer(FOUNDED, TEXT, ontology, RelationTyper(ontology))
    assert [TEXT[each.char_start : each.char_end] for each in trace.mentions] == ["Jane Wu", "Acme", "Taipei"]
    (typed,) = trace.typed
    assert TEXT[typed.evidence.char_start : typed.evidence.char_end] == "Jane Wu\nfounded Acme"
    assert typed.evidence.source == "language model"


def test_words_are_whole_where_they_are_latin() -> None:
    assert list(find_words("Boltworks, Bolt", "Bolt")) == [(11, 15)]
    assert list(find_words("鴻海Bolt公司", "Bolt")) == [(2, 6)]
    assert list(find_words("郭台銘創立了鴻海", "鴻海")) == [(6, 8)]
    assert not list(find_words("anything", " "))


@pytest.mark.parametrize(
    "relation",
    [
        ("Jane Wu", "FOUNDED", "Acme", "Jane Wu built Acme"),  # not the text's words
        ("Jane Wu", "FOUNDED", "Bolt", "She sold Boltworks later"),  # a name that the text does not have
        ("Jane Wu", "FOUNDED", "Taipei", "Jane Wu founded Acme in Taipei"),  # types that may not be
        ("Jane Wu", "INVENTED", "Acme", "Jane Wu founded Acme"),  # no such relation
        ("Jane Wu", "FOUNDED", "Acme", "She sold"),  # neither end in the quote
        ("Jane Wu", "FOUNDED", "Acme", ""),
    ],
)
def test_what_the_text_does_not_bear_out_is_left_out(
    ontology: Ontology, relation: tuple[str, str, str, str]
) -> None:
    assert read(said(relations=(relation,)), ontology) == []


def test_a_pronoun_stands_for_a_name_elsewhere_with_less_confidence(ontology: Ontology) -> None:
    text = "Jane Wu is rich. She founded Acme."
    answer = said(relations=(("Jane Wu", "FOUNDED", "Acme", "She founded Acme"),))
    (typed,) = read_answer(answer, text, ontology, RelationTyper(ontology)).typed
    assert typed.evidence.confidence < 0.7


def test_what_is_denied_or_supposed_is_no_fact(ontology: Ontology) -> None:
    for text in ("Jane Wu never founded Acme.", "Jane Wu may have founded Acme."):
        answer = said(relations=(("Jane Wu", "FOUNDED", "Acme", text),))
        assert read(answer, ontology, text) == []


@pytest.mark.parametrize("answer", ["", "Sorry.", "[]", '{"entities": 3, "relations": []}', "[" * 50_000])
def test_what_is_not_the_json_that_was_asked_for_cannot_be_read(ontology: Ontology, answer: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read(answer, ontology)


# --- asking


def test_is_asked_under_a_schema_of_the_ontology_and_counts_what_it_costs(
    server: LanguageServer, ask: Callable[..., Asked]
) -> None:
    server.answer = in_turn(Answer(FOUNDED))
    asked = ask()
    (extraction,) = asked.extractor.extract([chunk(TEXT, char_start=1000)])
    (triple,) = extraction.triples
    assert (triple.head, triple.relation, triple.tail) == ("Jane Wu", "FOUNDED", "Acme")
    assert triple.char_start == 1000
    (request,) = server.asked
    form = request["response_format"]["json_schema"]["schema"]
    assert "FOUNDED" in form["properties"]["relations"]["items"]["properties"]["relation"]["enum"]
    assert TEXT in request["messages"][1]["content"]
    assert asked.ledger.used == Used(1, 100, 20)


def test_several_at_once_in_order_equal_texts_once(server: LanguageServer, ask: Callable[..., Asked]) -> None:
    meet = threading.Barrier(3)

    def answer(request: dict[str, Any]) -> Answer:
        meet.wait(10)  # three are there at the same time, or it breaks
        number = request["messages"][1]["content"].split("Acme")[1].split()[0]
        return Answer(said([(f"Acme{number}", "Organization")]))

    server.answer = answer
    chunks = [chunk(f"Acme{i} makes pumps.", i) for i in (1, 2, 3)] + [chunk("Acme2 makes pumps.", 4)]
    found = ask(calls=3).extractor.extract(chunks)
    assert [each.mentions[0].name for each in found] == ["Acme1", "Acme2", "Acme3", "Acme2"]
    assert [each.chunk_id for each in found] == ["c1", "c2", "c3", "c4"]
    assert len(server.asked) == 3


def test_a_server_that_is_busy_is_asked_again_after_as_long_as_it_says(
    server: LanguageServer, ask: Callable[..., Asked]
) -> None:
    busy = Answer(status=429, headers={"Retry-After": "7"})
    server.answer = in_turn(busy, Answer(status=503), Answer(FOUNDED))
    asked = ask()
    assert asked.extractor.extract([chunk(TEXT)])[0].triples
    assert asked.waited == [7, 4]
    server.answer = in_turn(busy)
    with pytest.raises(ChatStatusError, match="429"):
        asked.extractor.extract([chunk("Acme.")])


def test_a_server_that_knows_no_schema_is_asked_for_json(
    server: LanguageServer, ask: Callable[..., Asked]
) -> None:
    server.answer = lambda request: Answer(
        FOUNDED, status=200 if request["response_format"]["type"] == "json_object" else 400
    )
    asked = ask()
    assert asked.extractor.extract([chunk(TEXT)])[0].triples
    assert asked.extractor.extract([chunk(TEXT + " And so on.")])[0].triples
    assert len(server.asked) == 3  # the second text at once in the form that works


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Answer(FOUNDED[:40], finish="length"), Answer(FOUNDED)),
        (Answer("Here you are: nothing."), Answer(f"```json\n{FOUNDED}\n```")),
    ],
)
def test_an_answer_that_is_cut_off_or_no_json_has_a_second_try_with_more_room(
    server: LanguageServer, ask: Callable[..., Asked], first: Answer, second: Answer
) -> None:
    server.answer = in_turn(first, second)
    assert ask(max_tokens=100).extractor.extract([chunk(TEXT)])[0].triples
    assert [request["max_tokens"] for request in server.asked] == [100, 200]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(None, refusal="I cannot."), "refuses to read"),
        (Answer(None, finish="content_filter"), "refuses to read"),
        (Answer(FOUNDED[:40], finish="length"), "more than 4096 tokens"),
        (Answer("Sorry."), "not the JSON"),
        (Answer(status=413), "status 413"),
    ],
)
def test_a_fault_of_a_text_fails_its_file_and_no_other(
    server: LanguageServer, ask: Callable[..., Asked], answer: Answer, why: str
) -> None:
    server.answer = lambda request: (
        answer if "secret" in request["messages"][1]["content"] else Answer(FOUNDED)
    )
    good, bad = chunk(TEXT, 1), chunk("A secret text.", 2)
    bad = type(bad)(**{name: getattr(bad, name) for name in bad.__slots__} | {"file_id": "other"})
    found, failed = extract_within(ask().extractor, [good, bad], seconds=30)
    assert list(found) == ["c1"]
    assert list(failed) == ["other"]
    assert isinstance(failed["other"], TextFaultError)
    assert why in failed["other"].reason
    assert sum(TEXT in request["messages"][1]["content"] for request in server.asked) == 1  # paid for once


@pytest.mark.parametrize(
    ("failure", "said_so"),
    [
        ({"status": 401}, "status 401"),
        ({"status": 404}, "status 404"),
        ({"status": 500}, "status 500"),
        ({"raw": b"<html>"}, "not of the protocol"),
        ({"silent": True}, "no answer in 1 s"),
    ],
)
def test_a_fault_of_the_installation_names_no_file(
    server: LanguageServer, ask: Callable[..., Asked], failure: dict[str, Any], said_so: str
) -> None:
    for name, value in failure.items():
        setattr(server, name, value)
    with pytest.raises(LanguageModelError, match=said_so) as raised:
        extract_within(ask(seconds=1).extractor, [chunk(TEXT)], seconds=30)
    assert "s3cret" not in str(raised.value)


def test_a_model_that_never_answers_in_json_is_the_installations_fault(
    server: LanguageServer, ask: Callable[..., Asked]
) -> None:
    server.answer = in_turn(Answer("I like texts."))
    asked = ask(calls=1)
    faults = []
    for i in range(5):
        with pytest.raises((TextFaultError, LanguageModelError)) as raised:
            asked.extractor.extract([chunk(f"Text {i}.")])
        faults.append(raised.type)
    assert faults == [TextFaultError] * 4 + [LanguageModelError]


def test_what_may_be_spent_in_a_day_is_a_limit(server: LanguageServer, ask: Callable[..., Asked]) -> None:
    server.answer = in_turn(Answer(FOUNDED, used=(400_000, 100_000)))
    for budget, setting in (
        (Budget(calls=2), "CALLS_A_DAY"),
        (Budget(tokens=700_000), "TOKENS_A_DAY"),
        (Budget(cost=0.5, prices=(0.5, 1.0)), "COST_A_DAY"),
    ):
        asked = ask(budget, calls=1)
        before = len(server.asked)
        for i in range(2):
            asked.extractor.extract([chunk(f"{TEXT} {i}")])
        with pytest.raises(BudgetSpentError, match=setting):
            asked.extractor.extract([chunk(f"{TEXT} and more.")])
        assert len(server.asked) - before == 2
