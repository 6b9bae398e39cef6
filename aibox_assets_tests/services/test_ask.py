"""Answers from the files, with and without a language model, and when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.filters import Filters
from aibox_assets.domain.viewer import OPERATOR, Viewer
from aibox_assets.resources.platform import Platform
from aibox_assets.services.ask import ask
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.services.language_server import LanguageServer, running_language_server
from aibox_assets_tests.services.platforms import FAR, make_platform, store_texts
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, Said, file_graph
from aibox_assets_tests.stores.graph_servers import RELATION_TYPES, empty

pytestmark = pytest.mark.integration

TEXT = "Northwind Cells makes batteries. It was founded by Lin Mei-hua in 2009. Its housing is AX-4471."
OF_ANN = Filters(owner="ann")  # with filters the graph is not asked: these tests have none


@pytest.fixture
def server() -> Iterator[LanguageServer]:
    with running_language_server() as said:
        yield said


@pytest.fixture
def platform(engine: Engine, tmp_path: Path) -> Platform:
    made = make_platform(engine, tmp_path)
    store_texts(made, "a", TEXT)
    return made


@pytest.fixture
def writing(engine: Engine, tmp_path: Path, server: LanguageServer) -> Platform:
    model = {
        "AIBOX_LLM_URL": server.url,
        "AIBOX_LLM_MODEL": "small",
        "AIBOX_LLM_KEY": "s3cret",
        "AIBOX_LLM_SECONDS": 1,
    }
    made = make_platform(engine, tmp_path, **model)
    store_texts(made, "a", TEXT)
    return made


def test_the_sentence_that_answers_comes_first_with_its_place(platform: Platform) -> None:
    answer = ask(platform, OPERATOR, "Who founded Northwind, and when was it founded?", OF_ANN)
    first = next(each for each in answer.sentences if "founded" in each.text)
    assert first.text == "It was founded by Lin Mei-hua in 2009."
    assert TEXT[first.char_start : first.char_end] == first.text
    assert (answer.written, answer.notes) == (None, ())
    (housing, *_) = ask(platform, OPERATOR, "housing AX-4471", OF_ANN).sentences
    assert housing.text == "Its housing is AX-4471."


def test_what_is_not_in_the_files_is_said_so(writing: Platform, server: LanguageServer) -> None:
    asked = (
        ("qwzzk vlorp zzz", OPERATOR, OF_ANN),
        ("Who founded Northwind?", Viewer("bob"), Filters(owner="bob")),
    )
    for question, viewer, filters in asked:
        answer = ask(writing, viewer, question, filters)
        assert (answer.passages, answer.sentences, answer.written) == ((), (), None)
    assert server.asked == []


def test_a_graph_that_is_away_is_a_note(platform: Platform) -> None:
    answer = ask(platform, OPERATOR, "Who founded Northwind Cells?")
    assert answer.sentences
    assert answer.notes == ("The graph did not answer.",)


def test_what_the_question_asks_for_comes_first(
    engine: Engine, graph_address: GraphAddress, tmp_path: Path
) -> None:
    empty(graph_address)
    server = {"NEO4J_URI": graph_address.uri, "NEO4J_USER": graph_address.user}
    platform = make_platform(engine, tmp_path, NEO4J_PASSWORD=graph_address.password, **server)
    platform.graph.ensure_schema(RELATION_TYPES)
    text = "Acme has a long history. Ms Wu made it in Cork, all alone."
    store_texts(platform, "a", text)
    led: Said = ("Person", "Bob Lee", "LEADS", "Organization", "Acme")
    platform.graph.replace_files([file_graph("a", [led, WU_FOUNDED_ACME])])
    try:
        for question, first in (
            ("Who founded Acme?", "FOUNDED"),
            ("Who is the CEO of Acme?", "LEADS"),
            ("Acme由誰創立？", "FOUNDED"),
        ):
            answer = ask(platform, OPERATOR, question)
            assert [each.relation for each in answer.relations] == [first, *({"FOUNDED", "LEADS"} - {first})]
            assert answer.sentences[0].text == "Ms Wu made it in Cork, all alone.", "what it was read from"
        assert ask(platform, Viewer("bob"), "Who founded Acme?").relations == ()
    finally:
        platform.graph.close()
        empty(graph_address)


def test_a_written_answer_cites_its_passages(writing: Platform, server: LanguageServer) -> None:
    server.says(
        ("Lin Mei-hua founded it.", [1]),
        ("She is rich.", [7]),
        ("She is kind.", []),
        ("在2009年。", ["1", 9]),
    )
    answer = ask(writing, OPERATOR, "Who founded Northwind Cells?", OF_ANN)
    assert answer.written is not None
    assert [(each.text, each.passages) for each in answer.written] == [
        ("Lin Mei-hua founded it.", (0,)),
        ("在2009年。", (0,)),
    ]
    (asked,) = server.asked
    assert (asked["path"], asked["model"], server.keys) == (
        "/v1/chat/completions",
        "small",
        ["Bearer s3cret"],
    )
    assert TEXT in asked["messages"][1]["content"]
    assert "English" in asked["messages"][1]["content"]


def test_an_answer_without_a_citation_that_holds_is_none(writing: Platform, server: LanguageServer) -> None:
    server.says(("She is rich.", [2]), ("So they say.", "all of them"))
    answer = ask(writing, OPERATOR, "Who founded Northwind Cells?", OF_ANN)
    assert answer.written == ()
    assert answer.sentences
    assert "found no answer" in answer.notes[0]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ({"status": 500}, "status 500"),
        ({"status": 401}, "status 401"),
        ({"status": 302}, "status 302"),
        ({"silent": True}, "no answer in 1 s"),
        ({"drip": True}, "no answer in 1 s"),
        ({"raw": b"<html>"}, "not of the protocol"),
        ({"raw": b'{"choices": []}'}, "not of the protocol"),
        ({"raw": b'{"choices": [{"message": {"content": null}}]}'}, "without text"),
        ({"raw": b" " * (2**20 + 1)}, "more than 1 MiB"),
        ({"content": "Lin founded it [1]."}, "not the JSON"),
        ({"content": '{"sentences": [{"text": "cut off'}, "not the JSON"),
        ({"content": '{"sentences": 3}'}, "not the JSON"),
        ({"content": "[" * 50_000}, "not the JSON"),
    ],
)
def test_a_model_that_fails_leaves_the_sentences_of_the_files(
    writing: Platform, server: LanguageServer, failure: dict[str, object], said: str
) -> None:
    for name, value in failure.items():
        setattr(server, name, value)
    answer = ask(writing, OPERATOR, "Who founded Northwind Cells?", OF_ANN)
    assert answer.written is None
    assert answer.sentences
    (note,) = answer.notes
    assert said in note
    assert "s3cret" not in note


def test_a_server_that_is_not_there_is_a_note(engine: Engine, tmp_path: Path) -> None:
    model = {"AIBOX_LLM_URL": "http://127.0.0.1:9/v1", "AIBOX_LLM_MODEL": "small"}
    platform = make_platform(engine, tmp_path, **model)
    store_texts(platform, "a", TEXT)
    assert "cannot be reached" in ask(platform, OPERATOR, "Who founded Northwind?", OF_ANN).notes[0]


def test_a_model_without_a_name_is_refused(engine: Engine, tmp_path: Path) -> None:
    platform = make_platform(engine, tmp_path, AIBOX_LLM_URL="http://127.0.0.1:9/v1")
    with pytest.raises(ConfigurationError, match="AIBOX_LLM_MODEL"):
        ask(platform, OPERATOR, "Who?")


def test_a_passage_far_from_the_question_answers_nothing(platform: Platform) -> None:
    store_texts(platform, "b", "Limestone was quarried at Sligo.", user="carl", vector=FAR)
    assert ask(platform, Viewer("carl"), "Who founded Northwind Cells?", Filters()).passages == ()
