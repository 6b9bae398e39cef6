"""Search and graph over real HTTP: what each person sees, and no more."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.sharing import share_file, unshare_file
from aibox_assets.settings import Settings
from aibox_assets.stores.graph_records import GraphAddress
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.stores.documents import SPEC, add_files, entry_of
from aibox_assets_tests.stores.graph_files import WU_FOUNDED_ACME, file_graph
from aibox_assets_tests.stores.graph_servers import empty

pytestmark = pytest.mark.integration

BOB_ONLY = ("Person", "Max Ro", "LEADS", "Organization", "Acme")
WU = "Person:jane wu"


@pytest.fixture
def settings(settings: Settings, graph_address: GraphAddress) -> Settings:
    values: dict[str, Any] = {
        "neo4j_uri": graph_address.uri,
        "neo4j_user": graph_address.user,
        "neo4j_password": type(settings.neo4j_password)(graph_address.password),
        "neo4j_database": graph_address.database,
        "embedding_model": "builtin:all-MiniLM-L6-v2",
    }
    return settings.model_copy(update=values)


@pytest.fixture
def documents(
    engine: Engine, platform: Platform, people: object, graph_address: GraphAddress
) -> Iterator[None]:
    """Eve's file says who founded Acme; bob's, who leads it. Nothing else is in the graph."""
    empty(graph_address)
    platform.graph.ensure_schema(["FOUNDED", "LEADS"])
    space = platform.spaces.use_model(SPEC)
    said = {"eve": WU_FOUNDED_ACME, "bob": BOB_ONLY}
    for owner, one in said.items():
        id_ = f"{owner}-1"
        add_files(engine, id_, user_id=owner)
        entry = entry_of(id_, f"{one[1]} {one[2]} {one[4]} in {owner.title()}ville", "The second passage.")
        platform.vectors.replace_files(space, [entry])
        graph = file_graph(id_, [one], path=f"{owner}/{id_}.txt")
        platform.graph.replace_files([replace(graph, user_id=owner)])
    yield
    platform.graph.delete_files(["eve-1", "bob-1"])


def paths(answer: Any) -> set[str]:
    return {each["path"] for each in answer.json()["data"]}


@pytest.mark.usefixtures("documents")
def test_a_search_answers_with_places_to_who_may_see_them(
    signed_in: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        type(platform), "active_space", None
    )  # by words: the vectors of this test mean nothing
    found = signed_in("eve").get("/search", params={"q": "Acme Eveville"}).json()["data"]
    assert found[0]["path"] == "eve/eve-1.txt"
    assert found[0]["char_end"] > found[0]["char_start"]
    start, end = found[0]["snippet"]["matches"][0]
    assert found[0]["snippet"]["text"][start:end] == "Acme"
    everyone = {
        name: paths(signed_in(name).get("/search", params={"q": "Acme"})) for name in ("ada", "eve", "rae")
    }
    assert everyone == {"ada": {"eve/eve-1.txt", "bob/bob-1.txt"}, "eve": {"eve/eve-1.txt"}, "rae": set()}
    # Whose files one may not see, and who is not there, look the same.
    for owner in ("bob", "nobody"):
        refused = signed_in("eve").get("/search", params={"q": "Acme", "owner": owner}).json()
        assert refused["code"] == "invalid_question"
        assert (refused["detail"], refused["remedy"]) == (
            f"You see no files of a user '{owner}'.",
            "You see files of eve.",
        )
    for id_ in ("bob-1", "nope"):
        refused = signed_in("eve").get("/search", params={"q": "Acme", "file_id": ["eve-1", id_]}).json()
        assert refused["detail"] == f"You see no file '{id_}'."
    assert signed_in("rae").get("/search", params={"q": "Acme", "owner": "rae"}).json()["data"] == []
    assert (
        "en, zh" in signed_in("eve").get("/search", params={"q": "Acme", "language": "zz"}).json()["remedy"]
    )
    assert (
        "pdf" in signed_in("eve").get("/search", params={"q": "Acme", "media_type": "foo"}).json()["remedy"]
    )
    assert signed_in("eve").get("/search", params={"q": "?!"}).json()["code"] == "invalid_question"
    nothing = signed_in("eve").get("/search", params={"q": "qwzzk vlorp"}).json()
    assert (nothing["data"], nothing["message"]) == ([], "Nothing fits.")


@pytest.mark.usefixtures("documents")
def test_a_question_is_answered_to_who_may_see_it(
    signed_in: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform), "active_space", None)  # by words
    asked = {"q": "Who founded Acme in Eveville?"}
    answer = signed_in("eve").get("/ask", params=asked).json()["data"]
    (sentence, *_) = answer["sentences"]
    passage = answer["passages"][sentence["passage"]]
    assert passage["path"] == "eve/eve-1.txt"
    start = passage["char_start"]
    assert passage["text"][sentence["char_start"] - start : sentence["char_end"] - start] == sentence["text"]
    assert [(each["head"], each["tail"], each["path"]) for each in answer["relations"]] == [
        ("Jane Wu", "Acme", "eve/eve-1.txt")
    ]
    assert (answer["written"], answer["notes"]) == (None, [])
    # A key for searches alone learns nothing of the graph, a narrowed question asks it not, a stranger sees nothing.
    key, _ = make_key(platform, "eve", "searching", scopes=("search",))
    confined = signed_in("eve").get("/ask", params=asked, headers={"Authorization": f"Bearer {key}"}).json()
    assert confined["data"]["sentences"]
    assert confined["data"]["relations"] == []
    assert signed_in("eve").get("/ask", params={**asked, "owner": "eve"}).json()["data"]["relations"] == []
    stranger = signed_in("rae").get("/ask", params=asked).json()
    assert (stranger["data"]["passages"], stranger["message"]) == ([], "Nothing answers.")
    assert stranger["data"]["relations"] == []
    key, _ = make_key(platform, "eve", "graph", scopes=("graph",))
    refused = signed_in("eve").get("/ask", params=asked, headers={"Authorization": f"Bearer {key}"})
    assert refused.status_code == 403


@pytest.mark.usefixtures("documents")
def test_a_passage_is_read_with_its_neighbours(signed_in: Client) -> None:
    eve = signed_in("eve")
    chunk = eve.get("/export/chunks").text.splitlines()[0]
    id_ = chunk.split('"chunk_id": "')[1].split('"')[0]
    passage = eve.get(f"/chunks/{id_}", params={"after": 1}).json()["data"]
    assert passage["text"].endswith("The second passage.")
    assert len(passage["chunk_ids"]) == 2
    assert signed_in("bob").get(f"/chunks/{id_}").status_code == 404
    assert signed_in("bob").get(f"/chunks/{id_}/similar").status_code == 404


@pytest.mark.usefixtures("documents")
def test_the_graph_shows_what_is_visible(signed_in: Client, platform: Platform) -> None:
    names = {
        name: {each["name"] for each in signed_in(name).get("/graph/entities").json()["data"]["items"]}
        for name in ("ada", "eve", "bob", "rae")
    }
    assert names == {
        "ada": {"Acme", "Jane Wu", "Max Ro"},
        "eve": {"Acme", "Jane Wu"},
        "bob": {"Acme", "Max Ro"},
        "rae": set(),
    }
    eve, bob = signed_in("eve"), signed_in("bob")
    wu = eve.get(f"/graph/entities/{WU}").json()["data"]
    assert wu["relations"]["items"][0]["evidence"].startswith("Jane Wu FOUNDED Acme")
    assert wu["mentions"]["items"][0]["path"] == "eve/eve-1.txt"
    assert bob.get(f"/graph/entities/{WU}").status_code == 404
    acme = bob.get("/graph/entities/Organization:acme").json()["data"]
    assert (acme["entity"]["files"], len(acme["relations"]["items"])) == (1, 1)


@pytest.mark.usefixtures("documents")
def test_a_way_leads_through_visible_files_only(signed_in: Client, platform: Platform) -> None:
    ask = {"start": "Jane Wu", "end": "Max Ro"}
    assert len(signed_in("ada").get("/graph/path", params=ask).json()["data"][0]["relations"]) == 2
    eve = signed_in("eve")
    for unseen in ("Max Ro", "Max Roe"):  # what one may not see and what is not there look the same
        refused = eve.get("/graph/path", params=ask | {"end": unseen})
        assert (refused.status_code, refused.json()["detail"]) == (404, f"You see no entity '{unseen}'.")
        assert refused.json()["remedy"] == "Try a part of its name."
    share_file(platform, "bob-1", "eve", "bob")
    assert len(eve.get("/graph/path", params=ask).json()["data"]) == 1
    assert len(eve.get("/graph/edges", params={"key": "Organization:acme"}).json()["data"]) == 2
    unshare_file(platform, "bob-1", "eve")
    assert eve.get("/graph/path", params=ask).status_code == 404


@pytest.mark.usefixtures("documents")
def test_free_questions_are_for_admins_and_read_only(signed_in: Client) -> None:
    question = {"cypher": "MATCH (e:Entity) RETURN e.name AS name ORDER BY name"}
    assert signed_in("eve").post("/graph/query", json=question).status_code == 403
    ada = signed_in("ada")
    answer = ada.post("/graph/query", json=question).json()["data"]
    assert answer == {"columns": ["name"], "rows": [["Acme"], ["Jane Wu"], ["Max Ro"]], "truncated": False}
    write = ada.post("/graph/query", json={"cypher": "MATCH (e:Entity) SET e.name = 'x' RETURN e"})
    assert (write.status_code, write.json()["code"]) == (400, "query_refused")
    assert ada.post("/graph/query", json=question).json()["data"] == answer


@pytest.mark.usefixtures("documents")
def test_who_asks_what_is_no_cypher_is_told_where_or_where_that_is_said(signed_in: Client) -> None:
    refused = signed_in("ada").post("/graph/query", json={"cypher": "MATCH (n RETURN n"})
    assert (refused.status_code, refused.json()["code"]) == (400, "query_refused")
    assert "'aibox logs graph'" in refused.text or "RETURN" in refused.json()["detail"], refused.text
    assert "Check the server log" not in refused.text


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize(
    "value", [10**30, -(2**63) - 1, [10**30], {"deep": {"er": 2**64}}, "\ud800", ["\ud800"]]
)
def test_a_parameter_that_no_graph_server_takes_is_refused(signed_in: Client, value: object) -> None:
    ada = signed_in("ada")
    asked = json.dumps({"cypher": "RETURN $x AS x", "parameters": {"x": value}})
    refused = ada.post("/graph/query", content=asked, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (400, "query_refused")
    assert "64 bits" in refused.json()["remedy"]
    question = {"cypher": "RETURN $x AS x", "parameters": {"x": 2**63 - 1}}
    assert ada.post("/graph/query", json=question).json()["data"]["rows"] == [[2**63 - 1]]


@pytest.mark.usefixtures("documents")
def test_a_file_is_shared_with_all_that_it_says(signed_in: Client) -> None:
    eve, bob, ada = (signed_in(name) for name in ("eve", "bob", "ada"))
    (triple,) = eve.get("/files/eve-1/triples").json()["data"]["items"]
    assert (triple["head"], triple["relation"], triple["tail"]) == ("Jane Wu", "FOUNDED", "Acme")
    assert eve.get("/files/eve-1/triples", params={"cursor": "nonsense"}).status_code == 400
    for path in ("/triples", "/grants"):
        assert bob.get(f"/files/eve-1{path}").status_code == 404
    assert bob.put("/files/eve-1/grants/bob").status_code == 404
    assert eve.put("/files/eve-1/grants/nobody").status_code == 404
    for account in ("bob", "*"):
        assert eve.put(f"/files/eve-1/grants/{account}").status_code == 200
        assert len(bob.get("/files/eve-1/triples").json()["data"]["items"]) == 1
        assert bob.put("/files/eve-1/grants/rae").json()["code"] == "not_yours"
        assert bob.get("/files/eve-1/grants").json()["code"] == "not_yours"
        assert ada.get("/files/eve-1/grants").json()["data"] == [account]
        assert eve.delete(f"/files/eve-1/grants/{account}").status_code == 200
        assert bob.get("/files/eve-1/triples").status_code == 404


@pytest.mark.usefixtures("documents")
def test_triples_are_exported_as_tables_and_graphs_of_what_is_visible(signed_in: Client) -> None:
    eve, ada = signed_in("eve"), signed_in("ada")
    (line,) = [json.loads(each) for each in eve.get("/export/triples").text.splitlines()]
    assert (line["head"], line["relation"], line["tail"], line["path"]) == (
        "Jane Wu",
        "FOUNDED",
        "Acme",
        "eve/eve-1.txt",
    )
    table = pq.read_table(io.BytesIO(ada.get("/export/triples", params={"format": "parquet"}).content))
    assert table["relation"].to_pylist() == ["FOUNDED", "LEADS"]
    graphml = ElementTree.fromstring(ada.get("/export/triples", params={"format": "graphml"}).content)
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert {node.get("id") for node in graphml.iterfind(".//g:node", space)} == {
        WU,
        "Person:max ro",
        "Organization:acme",
    }
    assert len(graphml.findall(".//g:edge", space)) == 2
    linked = eve.get("/export/triples", params={"format": "json-ld"}).json()["@graph"]
    assert [node["label"] for node in linked if "label" in node] == ["Jane Wu", "Acme"]
    assert signed_in("rae").get("/export/triples", params={"format": "json-ld"}).json()["@graph"] == []
