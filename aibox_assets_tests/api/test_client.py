"""The Python client, and the commands against another installation, over a real API."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from aibox_assets.client import AIBox, ApiRefusedError, ApiUnreachableError, Progress, WaitTimeoutError
from aibox_assets.client import connection as client_connection
from aibox_assets.console.pages.answer import written
from aibox_assets.domain.errors import PermanentError
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.services.ask import Answer
from aibox_assets.settings import Settings
from aibox_assets.stores.files import CHUNKS
from aibox_assets.stores.queues import QUEUES
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import make_all, sent
from aibox_assets_tests.api.serving import serving
from aibox_assets_tests.api.test_search_and_graph import WU, documents, settings  # noqa: F401
from aibox_assets_tests.commands import aibox
from aibox_assets_tests.services.language_server import running_language_server
from aibox_assets_tests.stores.documents import SPEC, add_files, entry_of
from aibox_assets_tests.stores.work_files import RECIPES

pytestmark = pytest.mark.integration


@pytest.fixture
def clients(api: str, platform: Platform) -> Iterator[Callable[..., AIBox]]:
    made: list[AIBox] = []

    def client(name: str, url: str = api) -> AIBox:
        made.append(AIBox(url, make_key(platform, name, "client")[0], timeout=30))
        return made[-1]

    yield client
    for each in made:
        each.close()


class LosesAnswers:
    """A proxy that hands requests on, and breaks the connection in place of the first answers."""

    def __init__(self, api: str, lost: int) -> None:
        self.asked: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def _hand_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                answer = httpx.request(
                    self.command, api + self.path, headers=headers, content=body, trust_env=False, timeout=30
                )
                proxy.asked.append(f"{self.command} {answer.status_code}")
                if len(proxy.asked) <= lost:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers["content-type"])
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_DELETE = _hand_on  # noqa: N815

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def losing(api: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], LosesAnswers]]:
    monkeypatch.setattr(client_connection, "WAITS", (0.01, 0.01))
    made: list[LosesAnswers] = []

    def proxy(lost: int) -> LosesAnswers:
        made.append(LosesAnswers(api, lost))
        return made[-1]

    yield proxy
    for each in made:
        each.server.shutdown()
        each.server.server_close()


def test_a_file_is_sent_and_waited_for(
    clients: Callable[..., AIBox], platform: Platform, inbox: Path, tmp_path: Path
) -> None:
    eve = clients("eve")
    path = tmp_path / "報告 1.txt"
    path.write_text("hello")
    sent = eve.submit(path)
    assert (sent.path, sent.status, sent.outcome) == ("eve/報告 1.txt", "queued", "new")
    assert (inbox / "eve/報告 1.txt").read_text() == "hello"
    assert sent.job_id is not None
    job = eve.job(sent.job_id)
    assert (job.kind, job.asked_by, job.status) == ("upload", "eve", "queued")
    assert [each.job_id for each in eve.jobs(file_id=sent.file_id)] == [sent.job_id]
    with pytest.raises(WaitTimeoutError):
        eve.wait(sent.file_id, 0)
    seen: list[Progress] = []
    maker = threading.Timer(1.0, make_all, (platform, sent.file_id))
    maker.start()
    file = eve.wait(sent.file_id, 60, seen.append)
    maker.join()
    assert (file.status, file.owner, file.name) == ("finished", "eve", "報告 1.txt")
    assert (seen[0].status, seen[-1].status) == ("queued", "finished")
    assert file.finished_at is not None
    assert file.finished_at.tzinfo is not None


def test_pages_are_walked(
    clients: Callable[..., AIBox], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.client.aibox._PAGE", 2)
    eve = clients("eve")
    for number in range(5):
        eve.submit(f"{number}".encode(), f"{number}.txt")
    assert [file.name for file in eve.files(sort="name")] == [f"{number}.txt" for number in range(5)]
    assert len(list(eve.files(limit=3))) == 3
    assert list(clients("bob").files()) == []


@pytest.mark.parametrize("lost", [1, 2])
def test_an_answer_that_is_lost_does_nothing_twice(
    clients: Callable[..., AIBox], losing: Callable[[int], LosesAnswers], inbox: Path, lost: int
) -> None:
    proxy = losing(lost)
    eve = clients("eve", proxy.url)
    sent = eve.submit(b"once" * 100_000, "a.txt")
    assert sent.outcome == "new"
    assert proxy.asked == ["POST 202"] * (lost + 1)
    assert len(list(clients("eve").jobs())) == 1


def test_what_never_answers_is_said_in_the_end(
    clients: Callable[..., AIBox], losing: Callable[[int], LosesAnswers]
) -> None:
    proxy = losing(99)
    with pytest.raises(ApiUnreachableError, match=proxy.url):
        clients("eve", proxy.url).me()
    assert len(proxy.asked) == 3


def test_a_refusal_has_its_reason_remedy_and_code(
    clients: Callable[..., AIBox], api: str, inbox: Path
) -> None:
    eve = clients("eve")
    with pytest.raises(ApiRefusedError) as refused:
        eve.file("nobody's")
    error = refused.value
    assert (error.status, error.code) == (404, "not_found")
    assert error.reason
    assert error.remedy
    assert error.request_id
    with AIBox(api, "wrong") as stranger, pytest.raises(ApiRefusedError, match="wrong, over or revoked"):
        stranger.me()
    with AIBox(f"{api}/health", "x") as elsewhere, pytest.raises(ApiRefusedError):
        elsewhere.me()


@pytest.mark.usefixtures("documents")
def test_knowledge_is_asked(
    clients: Callable[..., AIBox], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform), "active_space", None)  # by words
    eve = clients("eve")
    (found,) = eve.search("Acme Eveville")
    assert found.passage.path == "eve/eve-1.txt"
    start, end = found.snippet.matches[0]
    assert found.snippet.text[start:end] == "Acme"
    reply = eve.ask("Who founded Acme in Eveville?")
    assert reply.sentences[0].passage is reply.passages[0]
    assert reply.passages[0].chunk_id == found.chunk_id
    assert [relation.tail for relation in reply.relations] == ["Acme"]
    assert (reply.written, reply.notes) == (None, ())
    assert eve.passage(found.chunk_id, after=1).text.endswith("The second passage.")
    assert [entity.key for entity in eve.entities("Jane")] == [WU]
    (relation,) = eve.relations(WU)
    assert (relation.head, relation.relation, relation.tail) == ("Jane Wu", "FOUNDED", "Acme")
    (path,) = eve.paths("Jane Wu", "Acme")
    assert [step.relation for step in path] == ["FOUNDED"]
    with pytest.raises(ApiRefusedError):
        eve.query("MATCH (n) RETURN n")
    rows = clients("ada").query("MATCH (e:Entity {key: $key}) RETURN e.name AS name", {"key": WU})
    assert (rows.columns, rows.rows) == (("name",), (("Jane Wu",),))


@pytest.mark.usefixtures("documents")
def test_a_language_models_answer_cites_its_passages_everywhere(
    settings: Settings,  # noqa: F811
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(type(platform), "active_space", None)  # by words
    key = make_key(platform, "eve", "asking")[0]
    with running_language_server() as server:
        server.says(("Jane <Wu> did.", [1]))
        named = {"AIBOX_LLM_URL": server.url, "AIBOX_LLM_MODEL": "small"}
        asking = Platform(Settings.model_validate({**settings.model_dump(by_alias=True), **named}))
        with serving(asking) as api, AIBox(api, key, timeout=30) as eve:
            reply = eve.ask("Who founded Acme in Eveville?")
    assert reply.written is not None
    assert [(each.text, each.passages) for each in reply.written] == [("Jane <Wu> did.", (0,))]
    # The console shows it with a link to the words, and what the model writes is text there.
    said = Answer("", reply.passages, reply.sentences, reply.written, ())
    (shown,) = written(said)
    assert "Jane &lt;Wu&gt; did." in shown
    assert f'href="/files/{reply.passages[0].passage.file_id}?chunk=' in shown


@pytest.mark.usefixtures("documents")
def test_a_passage_that_stands_for_others_names_them(
    clients: Callable[..., AIBox], engine: Engine, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform), "active_space", None)  # by words
    text = "The lighthouse keeper Aoife Nolan repairs clocks in Dingle when the winter is long and dark."
    for id_ in ("clock-1", "clock-2"):
        add_files(engine, id_, user_id="eve")
        platform.vectors.replace_files(platform.spaces.use_model(SPEC), [entry_of(id_, text)])
    (found,) = clients("eve").search("Aoife Nolan clocks")
    (copy,) = found.copies
    assert {found.passage.path, copy.path} == {"eve/clock-1.txt", "eve/clock-2.txt"}


@pytest.mark.usefixtures("documents")
def test_the_commands_ask_another_installation(
    api: str, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(platform), "active_space", None)  # by words
    here = tmp_path / "here"
    here.mkdir()
    remote = {"AIBOX_URL": api, "AIBOX_TOKEN": make_key(platform, "eve", "shell")[0]}
    # No database and no home here: all that they say comes from there.
    found = json.loads(aibox(here, "search", "Acme Eveville", "--json", **remote).stdout)
    assert [each["path"] for each in found] == ["eve/eve-1.txt"]
    shown = aibox(here, "search", "Acme", **remote)
    assert "eve/eve-1.txt" in shown.stdout
    answer = json.loads(aibox(here, "ask", "Who founded Acme in Eveville?", "--json", **remote).stdout)
    assert answer["found"]
    assert answer["sentences"][0]["path"] == "eve/eve-1.txt"
    assert [each["head"] for each in answer["relations"]] == ["Jane Wu"]
    assert "In the graph" in aibox(here, "ask", "Who founded Acme in Eveville?", **remote).stdout
    said = json.loads(aibox(here, "graph", "Jane Wu", "--json", **remote).stdout)
    assert [(each["relation"], each["tail"]) for each in said] == [("FOUNDED", "Acme")]
    keyless = aibox(here, "files", AIBOX_URL=api)
    assert keyless.returncode == 2
    assert "AIBOX_TOKEN" in keyless.stderr
    assert remote["AIBOX_TOKEN"] not in keyless.stderr
    for unfit in ("", " ", f"{remote['AIBOX_TOKEN']}\nx", "schlüssel"):
        refused = aibox(here, "files", AIBOX_URL=api, AIBOX_TOKEN=unfit)
        assert refused.returncode == 2, unfit
        assert "AIBOX_TOKEN" in refused.stderr
        assert remote["AIBOX_TOKEN"] not in refused.stderr
    assert aibox(here, "files", AIBOX_URL=api, AIBOX_TOKEN=f" {remote['AIBOX_TOKEN']}\n").returncode == 0


def test_files_are_sent_to_another_installation(
    api: str, platform: Platform, inbox: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "new.txt").write_text("new")
    remote = {"AIBOX_URL": api, "AIBOX_TOKEN": make_key(platform, "eve", "shell")[0]}
    sent = json.loads(aibox(here, "ingest", "new.txt", "--json", **remote).stdout)
    assert [file["path"] for file in sent["files"]] == ["eve/new.txt"]
    assert (inbox / "eve/new.txt").read_text() == "new"
    files = json.loads(aibox(here, "files", "--json", **remote).stdout)
    assert [file["path"] for file in files] == ["eve/new.txt"]
    assert "eve/new.txt" in aibox(here, "files", "--status", "queued", **remote).stdout
    one = json.loads(aibox(here, "file", "eve/new.txt", "--json", **remote).stdout)
    assert (one["status"], one["user_id"], one["size"]) == ("queued", "eve", 3)
    assert aibox(here, "file", "nothing", **remote).returncode == 1
    missing = aibox(here, "ingest", "nothing.txt", **remote)
    assert missing.returncode == 1
    assert "left out" in missing.stderr


def test_folders_are_sent_to_another_installation_as_they_are(
    api: str, platform: Platform, inbox: Path, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    for name in ("A/index.txt", "B/deep/index.txt", "A/.hidden.txt", "outside.txt"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(name)
    (here / "A/link.txt").symlink_to(here / "outside.txt")
    remote = {"AIBOX_URL": api, "AIBOX_TOKEN": make_key(platform, "eve", "shell")[0]}
    sent = json.loads(aibox(here, "ingest", "A", "B", "--json", **remote).stdout)
    assert sorted(file["path"] for file in sent["files"]) == ["eve/A/index.txt", "eve/B/deep/index.txt"]
    assert [Path(file["source"]).name for file in sent["left_out"]] == ["link.txt"]
    assert (inbox / "eve/B/deep/index.txt").read_text() == "B/deep/index.txt"

    (here / "A/link.txt").unlink()
    (here / "A/index.txt").write_text("other")
    again = json.loads(aibox(here, "ingest", "A", "B", "--json", **remote).stdout)
    assert [file["path"] for file in again["files"]] == ["eve/B/deep/index.txt"]
    assert "--replace" in again["left_out"][0]["reason"]
    assert (inbox / "eve/A/index.txt").read_text() == "A/index.txt"
    assert aibox(here, "ingest", "A", "--replace", **remote).returncode == 0
    assert (inbox / "eve/A/index.txt").read_text() == "other"

    others = aibox(here, "ingest", "A", "--user", "bob", "--json", **remote)
    assert (others.returncode, "eve" in json.loads(others.stdout)["error"]) == (2, True)
    assert not (inbox / "bob").exists()


def test_work_on_another_installation_is_seen_and_steered(
    api: str, platform: Platform, signed_in: Client, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    remote = {"AIBOX_URL": api, "AIBOX_TOKEN": make_key(platform, "eve", "shell")[0]}
    id_ = sent(signed_in("eve"), "a.txt")
    sent(signed_in("bob"), "not-eves.txt", b"other")

    def said(*command: str) -> Any:
        answer = aibox(here, *command, "--json", **remote)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    assert {each["stats"]["queue"]: each["stats"]["queued"] for each in said("queues")} == dict.fromkeys(
        QUEUES, 1
    )
    assert said("jobs", "vectorization")[0]["id"] == f"embeddings.{id_}"
    assert said("job", f"chunks.{id_}")["state"] == "queued"
    assert "file_processing" in aibox(here, "queues", **remote).stdout
    assert said("workers", "status") == []
    assert said("cancel", "eve/a.txt")["file_id"] == id_
    assert said("retry", id_)["queued"] == [id_]
    assert said("cancel", id_)["file_id"] == id_
    assert said("retry", "--all")["queued"] == 1
    make_all(platform, id_)
    assert said("regenerate", id_, "--type", "graph")["type"] == "graph"
    assert aibox(here, "cancel", "bob/not-eves.txt", **remote).returncode == 1
    assert said("delete", id_)["job_id"]
    assert aibox(here, "job", f"chunks.{'0' * 8}", **remote).returncode == 1


def test_the_state_of_another_installation_is_seen(
    api: str, platform: Platform, signed_in: Client, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    remote = {"AIBOX_URL": api, "AIBOX_TOKEN": make_key(platform, "eve", "shell")[0]}
    id_ = sent(signed_in("eve"), "a.txt")
    sent(signed_in("bob"), "not-eves.txt", b"other")
    platform.lifecycle.want(RECIPES)
    platform.lifecycle.start(CHUNKS, [id_], "run")
    error = PermanentError("The file is [/]empty.", "Drop one with text.")
    platform.lifecycle.fail(CHUNKS, {id_: error}, "run")

    letters = json.loads(aibox(here, "dead-letters", "--json", **remote).stdout)
    assert [(each["path"], each["asset"], each["permanent"]) for each in letters] == [
        ("eve/a.txt", "chunks", True)
    ]
    assert "The file is [/]empty." in aibox(here, "dead-letters", **remote).stdout
    one = json.loads(aibox(here, "dead-letters", "eve/a.txt", "--json", **remote).stdout)
    assert (one["file_id"], one["remedy"]) == (id_, "Drop one with text.")
    assert "PermanentError" in one["trace"]
    ada = {**remote, "AIBOX_TOKEN": make_key(platform, "ada", "shell")[0]}
    assert aibox(here, "dead-letters", "bob/not-eves.txt", **ada).returncode == 1

    state = aibox(here, "status", "--json", **remote)
    assert state.returncode == 1  # no worker takes from the queues
    told = json.loads(state.stdout)
    assert (told["api"], told["account"], told["role"], told["ready"]) == (api, "eve", "editor", True)
    assert {name: count for name, count in told["files"].items() if count} == {"failed": 1}
    assert {"name": "queue vectorization", "state": "unavailable"}.items() <= {
        k: v for part in told["parts"] if part["name"] == "queue vectorization" for k, v in part.items()
    }.items()
    shown = aibox(here, "status", **remote).stdout
    assert "eve (editor)" in shown
    assert "1 failed" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_an_installation_that_cannot_work_says_which_part_is_away(
    settings: Settings,  # noqa: F811
    tmp_path: Path,
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    lost = Settings.model_validate(
        {**settings.model_dump(by_alias=True), "REDIS_URL": "redis://127.0.0.1:1/0"}
    )
    with serving(Platform(lost)) as api:
        state = aibox(here, "status", "--json", AIBOX_URL=api, AIBOX_TOKEN="a key that nobody can look up")
    assert state.returncode == 1
    told = json.loads(state.stdout)
    assert told["ready"] is False
    assert {part["name"]: part["state"] for part in told["parts"]}["redis"] == "unavailable"


@pytest.mark.parametrize(
    "command",
    [
        ("users", "list"), ("users", "add", "x", "--generate"), ("keys", "create", "x"), ("folders",), ("check",),
        ("clean",), ("graph", "merge", "a", "b"), ("mcp",),
    ],
)  # fmt: skip
def test_what_acts_on_a_machine_does_not_act_on_the_wrong_one(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = aibox(tmp_path, *command, AIBOX_URL="http://elsewhere:1", AIBOX_TOKEN="key")
    assert done.returncode == 2
    assert "unset AIBOX_URL" in done.stderr
    assert not done.stdout


def test_what_is_sent_is_what_the_api_s_own_tests_send(
    clients: Callable[..., AIBox], signed_in: Client, inbox: Path
) -> None:
    id_ = sent(signed_in("eve"), "same.txt")
    assert clients("eve").file(id_).file_id == id_
    assert clients("eve").cancel(id_) is not None
