"""Files over real HTTP: listed, read, acted on; everyone sees and changes their own."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from aibox_assets.automation.intake import take_in
from aibox_assets.domain.errors import MalformedDocumentError
from aibox_assets.resources.platform import Platform
from aibox_assets.stores.files import ASSETS, CHUNKS, NewFile
from aibox_assets.stores.scanning import FileStat
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import data, make_all, sent
from aibox_assets_tests.stores.documents import SPEC, entry_of

pytestmark = pytest.mark.integration


def names(answer: httpx.Response) -> list[str]:
    return [file["name"] for file in data(answer)["items"]]


def fail(platform: Platform, id_: str) -> None:
    platform.lifecycle.request([id_], ASSETS, f"batch-{id_}")
    platform.lifecycle.start(CHUNKS, [id_], f"run-{id_}")
    platform.lifecycle.fail(CHUNKS, {id_: MalformedDocumentError("Broken.", "Mend it.")}, f"batch-{id_}")


def share(engine: Engine, id_: str, grantee: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO aibox.grants (file_id, grantee, granted_by) VALUES (:id, :to, 'eve')"),
            {"id": id_, "to": grantee},
        )


@pytest.mark.parametrize("spelling", ["caf\u00e9", "cafe\u0301"])
def test_a_filter_finds_a_name_however_it_is_spelled(
    signed_in: Client, platform: Platform, inbox: Path, spelling: str
) -> None:
    for name in ("caf\u00e9 one.txt", "cafe\u0301 two.txt", "cafe.txt"):
        (inbox / "Zoe\u0308").mkdir(exist_ok=True)
        (inbox / "Zoe\u0308" / name).write_text("x")
    take_in(platform)
    ada = signed_in("ada")
    assert len(names(ada.get("/files", params={"name": spelling}))) == 2
    assert len(names(ada.get("/files", params={"name": spelling[3:]}))) == 2
    for owner in ("Zoe\u0308", "Zo\u00eb"):
        assert len(names(ada.get("/files", params={"owner": owner}))) == 3


def test_a_list_is_filtered_sorted_counted_and_cut_into_pages(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    ids = {
        name: sent(eve, name, name.encode() * size)
        for size, name in enumerate(("b.txt", "c.md", "a_%.txt"), 1)
    }
    make_all(platform, ids["b.txt"])
    fail(platform, ids["c.md"])
    page = data(eve.get("/files"))
    assert [file["name"] for file in page["items"]] == ["a_%.txt", "c.md", "b.txt"]
    assert page["counts"] == {"queued": 1, "started": 0, "finished": 1, "failed": 1}
    for sort, wanted in {
        "arrival": ["b.txt", "c.md", "a_%.txt"],
        "name": ["a_%.txt", "b.txt", "c.md"],
        "-size": ["a_%.txt", "c.md", "b.txt"],
        "-updated": ["c.md", "b.txt", "a_%.txt"],
    }.items():
        found, cursor = [], None
        for _ in range(3):
            answer = eve.get(
                "/files", params={"sort": sort, "limit": 1, **({"cursor": cursor} if cursor else {})}
            )
            found += names(answer)
            cursor = data(answer)["next"]
        assert (found, cursor) == (wanted, None), sort
    for given, wanted in (
        ({"state": "failed"}, ["c.md"]),
        ({"type": "text/plain"}, ["b.txt"]),
        ({"name": "A_%"}, ["a_%.txt"]),
        ({"name": "%.txt"}, ["a_%.txt"]),
        ({"owner": "bob"}, []),
    ):
        assert names(eve.get("/files", params=given)) == wanted, given
    (failed,) = data(eve.get("/files", params={"state": "failed"}))["items"]
    assert (failed["error"], failed["remedy"], failed["permanent"]) == ("Broken.", "Mend it.", True)


def test_a_part_of_a_name_is_found_in_any_script_and_after_a_move(signed_in: Client, engine: Engine) -> None:
    eve = signed_in("eve")
    sent(eve, "季度报告 Q3.txt")
    moved = sent(eve, "Annual Übersicht.txt", b"other bytes")
    wanted = {
        "报告": 1,
        "报": 1,
        "告 Q3": 1,
        "告报": 0,
        "xt": 2,
        "ANNUAL": 1,
        "l Ü": 1,
        "annual x": 0,
        ".TXT": 2,
    }
    for part, count in wanted.items():
        assert len(names(eve.get("/files", params={"name": part}))) == count, part
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE aibox.files SET path = 'later.txt' WHERE id = :id"), {"id": moved})
    assert names(eve.get("/files", params={"name": "later"})) == ["later.txt"]
    assert names(eve.get("/files", params={"name": "Annual"})) == []


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzFd", "WyItYXJyaXZhbCIsIngiLDFd", "é"])
def test_a_cursor_of_somebody_else_is_said(signed_in: Client, cursor: str) -> None:
    assert signed_in("eve").get("/files", params={"cursor": cursor}).status_code == 422


def test_files_are_found_by_their_words(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    space = platform.spaces.use_model(SPEC)
    for name, text in (("one.txt", "The quarry ships limestone."), ("two.txt", "北風電池 ships batteries.")):
        platform.vectors.replace_files(space, [entry_of(sent(eve, name), text)])
    assert names(eve.get("/files", params={"text": "limestone quarries"})) == ["one.txt"]
    assert names(eve.get("/files", params={"text": "电池"})) == ["two.txt"]
    (id_,) = [file["file_id"] for file in data(eve.get("/files", params={"text": "limestone"}))["items"]]
    assert [chunk["text"] for chunk in data(eve.get(f"/files/{id_}/chunks"))["items"]] == [
        "The quarry ships limestone."
    ]


def test_chunks_come_in_pages(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    id_ = sent(eve, "a.txt")
    texts = [f"text {n}" for n in range(5)]
    platform.vectors.replace_files(platform.spaces.use_model(SPEC), [entry_of(id_, *texts)])
    first = data(eve.get(f"/files/{id_}/chunks", params={"limit": 3}))
    rest = data(eve.get(f"/files/{id_}/chunks", params={"limit": 3, "cursor": first["next"]}))
    assert [chunk["text"] for chunk in first["items"] + rest["items"]] == texts
    assert rest["next"] is None


def test_everything_about_a_file(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    id_ = sent(eve, "a.txt")
    make_all(platform, id_)
    file = data(eve.get(f"/files/{id_}"))
    assert (file["status"], file["counts"]) == ("finished", dict.fromkeys(ASSETS, 4))
    assert [version["asset"] for version in file["versions"]] == list(ASSETS)
    assert all(version["current"] for version in file["versions"])
    assert set(file["runs"]) == {f"run-of-{asset}" for asset in ASSETS}
    assert [event["kind"] for event in file["events"]][:1] == ["taken_in"]
    assert file["events"][-1]["kind"] == "finished"
    status = data(eve.get(f"/files/{id_}/status"))
    assert (status["percent"], status["waits"], status["seconds_left"]) == (100.0, None, None)


def test_what_a_file_waits_for_is_said(signed_in: Client, platform: Platform) -> None:
    eve, ada = signed_in("eve"), signed_in("ada")
    first, second = sent(eve, "a.txt"), sent(eve, "b.txt")
    assert "No worker takes the queue file_processing" in data(eve.get(f"/files/{second}/status"))["waits"]
    data(ada.post("/queues/file_processing/pause", json={"reason": "Stock-taking."}))
    told = data(eve.get(f"/files/{second}/status"))
    assert "file_processing is paused: Stock-taking." in told["waits"]
    assert told["seconds_left"] is None
    data(ada.post("/queues/file_processing/resume"))
    told = data(eve.get(f"/files/{second}/status"))
    assert (told["before"], told["step"], told["percent"]) == (1, "chunks", 0.0)
    platform.lifecycle.want({"chunks": "c1"})
    platform.lifecycle.start(CHUNKS, [first], "run")
    platform.live.report_progress(first, "started", "chunks", 50, "half of it")
    told = data(eve.get(f"/files/{first}/status"))
    assert (told["status"], told["message"]) == ("started", "half of it")
    assert 0 < told["percent"] < 50
    assert told["seconds_left"] > 0


def test_the_original_is_sent_as_it_is_and_never_shown(
    signed_in: Client, inbox: Path, tmp_path: Path
) -> None:
    eve = signed_in("eve")
    content = b"<script>alert(1)</script>" * 10
    id_ = sent(eve, "頁.html", content)
    answer = eve.get(f"/files/{id_}/content")
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''%E9%A0%81.html")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    known = eve.get(f"/files/{id_}/content", headers={"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = eve.head(f"/files/{id_}/content")
    assert (head.headers["content-length"], head.content) == (str(len(content)), b"")
    part = eve.get(f"/files/{id_}/content", headers={"Range": "bytes=8-12"})
    assert (part.status_code, part.content) == (206, content[8:13])
    assert eve.get(f"/files/{id_}/content", headers={"Range": "bytes=9999-"}).status_code == 416
    (tmp_path / "secret").write_text("secret")
    (inbox / "eve/頁.html").unlink()
    (inbox / "eve/頁.html").symlink_to(tmp_path / "secret")
    assert eve.get(f"/files/{id_}/content").status_code == 404


def test_two_people_never_see_each_other_s_files(
    signed_in: Client, platform: Platform, engine: Engine
) -> None:
    eve, bob, ada = (signed_in(name) for name in ("eve", "bob", "ada"))
    id_ = sent(eve, "secret.txt")
    for path in ("", "/status", "/content", "/chunks"):
        assert bob.get(f"/files/{id_}{path}").status_code == 404, path
    for method, path in (("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry")):
        assert bob.request(method, f"/files/{id_}{path}").status_code == 404
    assert bob.post(f"/files/{id_}/regenerate", json={}).status_code == 404
    page = data(bob.get("/files"))
    assert (page["items"], sum(page["counts"].values())) == ([], 0)
    assert data(bob.get("/jobs"))["items"] == []
    (job,) = data(eve.get("/jobs"))["items"]
    assert bob.get(f"/jobs/{job['job_id']}").status_code == 404
    assert bob.get(f"/queues/file_processing/jobs/chunks.{id_}").status_code == 404
    assert data(bob.get("/queues/file_processing/jobs"))["items"] == []
    assert data(bob.get("/queues/stats"))["file_processing"]["queued"] == 0
    everything = {"action": "delete", "filter": {"all": True}}
    assert data(bob.post("/files/actions", json=everything))["matched"] == 0
    assert data(ada.get("/queues/stats"))["file_processing"]["queued"] == 1
    assert names(ada.get("/files")) == ["secret.txt"]
    # What is shared is shown, and is its owner's to change.
    share(engine, id_, "bob")
    assert names(bob.get("/files")) == ["secret.txt"]
    assert bob.get(f"/files/{id_}").json()["data"]["shared"]
    assert bob.delete(f"/files/{id_}").json()["code"] == "not_yours"
    assert data(bob.post("/files/actions", json=everything))["matched"] == 0
    assert data(ada.post(f"/files/{id_}/cancel"))["status"] == "failed"


def test_cancel_retry_regenerate_and_their_jobs(signed_in: Client, platform: Platform) -> None:
    eve = signed_in("eve")
    id_ = sent(eve, "a.txt")
    (upload,) = data(eve.get("/jobs"))["items"]
    assert eve.post(f"/files/{id_}/retry").json()["code"] == "nothing_to_do"
    answer = eve.post(f"/files/{id_}/cancel")
    assert data(answer)["status"] == "failed"
    assert data(eve.get(answer.headers["location"].removeprefix("/api/v1")))["status"] == "finished"
    ended = data(eve.get(f"/jobs/{upload['job_id']}"))
    assert (ended["status"], ended["error"]) == ("failed", "It was cancelled.")
    assert eve.post(f"/files/{id_}/regenerate", json={}).status_code == 409
    assert eve.post(f"/files/{id_}/regenerate").status_code == 409, "without a body it means both"
    retried = data(eve.post(f"/files/{id_}/retry"))
    assert retried["status"] == "queued"
    make_all(platform, id_)
    assert data(eve.get(f"/jobs/{retried['job_id']}"))["status"] == "finished"
    again = data(eve.post(f"/files/{id_}/regenerate", json={"type": "graph"}))
    job = data(eve.get(f"/jobs/{again['job_id']}"))
    assert (job["status"], job["assets"], job["kind"]) == ("queued", ["kg_triples"], "regenerate")
    platform.lifecycle.start("kg_triples", [id_], "r2")
    assert data(eve.get("/jobs", params={"state": "started"}))["items"][0]["job_id"] == job["job_id"]
    make_all(platform, id_)
    job = data(eve.get(f"/jobs/{again['job_id']}"))
    assert (job["status"], job["run_id"]) == ("finished", "run-of-kg_triples")
    assert job["started_at"] <= job["ended_at"]
    kinds = [each["kind"] for each in data(eve.get("/jobs", params={"file_id": id_}))["items"]]
    assert kinds == ["regenerate", "retry", "cancel", "upload"]
    assert eve.post(f"/files/{id_}/regenerate", json={"type": "nonsense"}).status_code == 422


def test_deleting_takes_the_bytes_and_then_the_rest(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    id_ = sent(eve, "a.txt")
    answer = eve.delete(f"/files/{id_}")
    assert answer.status_code == 202
    job = data(eve.get(answer.headers["location"].removeprefix("/api/v1")))
    assert (job["kind"], job["status"]) == ("delete", "started")
    assert not (inbox / "eve/a.txt").exists()
    assert eve.get(f"/files/{id_}").status_code == 404
    platform.lifecycle.forget([id_])
    assert data(eve.get(f"/jobs/{job['job_id']}"))["status"] == "finished"
    (upload,) = data(eve.get("/jobs", params={"kind": "upload"}))["items"]
    assert (upload["status"], upload["error"]) == ("failed", "The file was removed.")


def test_a_file_of_another_folder_is_its_owner_s_to_delete(
    signed_in: Client, platform: Platform, tmp_path: Path
) -> None:
    other = tmp_path / "theirs"
    other.mkdir()
    (other / "a.txt").write_text("hello")
    platform.settings.__dict__["extra_folders"] = str(other)
    platform.__dict__.pop("folders", None)
    platform.folder_store.register(platform.folders.values())
    new = NewFile("theirs-1", str(other), "a.txt", "eve", FileStat(5, 1))
    platform.lifecycle.add([new])
    eve = signed_in("eve")
    answer = eve.delete("/files/theirs-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_inbox")
    assert (other / "a.txt").exists()
    assert eve.get("/files/theirs-1/content").content == b"hello"
    sent(eve, "mine.txt")
    told = data(
        eve.post("/files/actions", json={"action": "delete", "filter": {"all": True}, "dry_run": True})
    )
    assert (told["matched"], told["possible"], told["changed"]) == (2, 1, 0)


def test_many_at_once_by_a_filter_with_a_dry_run(signed_in: Client, platform: Platform) -> None:
    eve, bob = signed_in("eve"), signed_in("bob")
    ids = [sent(eve, f"{n}.txt", str(n).encode()) for n in range(4)]
    sent(bob, "0.txt")
    make_all(platform, *ids[:2])
    body = {"action": "cancel", "filter": {"name": ".txt"}, "dry_run": True}
    told = data(eve.post("/files/actions", json=body))
    assert (told["matched"], told["possible"], told["changed"], told["jobs"]) == (4, 2, 0, None)
    told = data(eve.post("/files/actions", json={**body, "dry_run": False}))
    assert told["changed"] == 2
    jobs = data(eve.get(told["jobs"].removeprefix("/api/v1")))["items"]
    assert {job["file_id"] for job in jobs} == set(ids[2:])
    told = data(eve.post("/files/actions", json={"action": "retry", "filter": {"ids": ids}}))
    assert told["changed"] == 2
    body = {"action": "regenerate", "type": "vectors", "filter": {"state": "finished"}}
    assert data(eve.post("/files/actions", json=body))["changed"] == 2
    assert (
        data(eve.post("/files/actions", json={"action": "delete", "filter": {"all": True}}))["changed"] == 4
    )
    assert names(eve.get("/files")) == []
    assert names(bob.get("/files")) == ["0.txt"]
    assert eve.post("/files/actions", json={"action": "delete", "filter": {}}).status_code == 422


def test_a_mistyped_filter_does_not_mean_more_files(signed_in: Client) -> None:
    eve = signed_in("eve")
    sent(eve, "a.txt")
    body = {"action": "delete", "filter": {"owner": "eve", "status": "failed"}}
    told = eve.post("/files/actions", json=body)
    assert (told.status_code, told.json()["errors"][0]["at"]) == (422, "body.filter.status")
    body = {"action": "delete", "filter": {"owner": "eve"}, "dryrun": True}
    assert eve.post("/files/actions", json=body).status_code == 422
    assert names(eve.get("/files")) == ["a.txt"]
