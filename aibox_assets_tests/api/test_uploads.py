"""Files that are sent, over real HTTP: each arrives whole, under a safe name, known at once."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from aibox_assets.api import uploading
from aibox_assets.automation.intake import take_in
from aibox_assets.resources.platform import Platform
from aibox_assets.services.api_keys import make_key
from aibox_assets.settings import Settings
from aibox_assets.stores.accounts import Role
from aibox_assets.stores.markers import MARKER
from aibox_assets_tests.api.conftest import Client
from aibox_assets_tests.api.sending import data, make_all, send, sent
from aibox_assets_tests.api.serving import serving

pytestmark = pytest.mark.integration


def leftovers(inbox: Path) -> list[Path]:
    return [path for path in inbox.rglob("*") if path.name.endswith(".part")]


def test_a_file_that_is_sent_is_known_at_once(signed_in: Client, platform: Platform, inbox: Path) -> None:
    answer = send(signed_in("eve"), "報告 1.txt", b"hello")
    assert answer.status_code == 202, answer.text
    told = answer.json()["data"]
    assert told["status"] == "queued"
    assert answer.headers["location"] == f"/api/v1/jobs/{told['job_id']}"
    assert (inbox / "eve/報告 1.txt").read_bytes() == b"hello"
    record = platform.files.get([told["file_id"]])[told["file_id"]]
    assert (record.path, record.user_id) == ("eve/報告 1.txt", "eve")
    assert record.sha256 == hashlib.sha256(b"hello").hexdigest()
    job = data(signed_in("eve").get(answer.headers["location"].removeprefix("/api/v1")))
    assert (job["kind"], job["asked_by"], job["status"]) == ("upload", "eve", "queued")
    with redis.Redis.from_url(platform.settings.require_redis_url()) as live:
        upload = json.loads(live.get(f"upload:progress:{told['file_id']}"))
    assert (upload["received"], upload["total"]) == (5, 5)


def test_the_next_look_at_the_folder_finds_it_known(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    sent(signed_in("eve"), "a.txt")
    before = platform.files.select()
    for _ in range(2):
        looked = take_in(platform)
        assert (looked.new, looked.changed, looked.gone, looked.problems) == (0, 0, 0, [])
    assert platform.files.select() == before
    assert leftovers(inbox) == []


def test_the_same_again_is_known_and_other_bytes_are_a_new_version(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    first = data(send(eve, "a.txt", b"one"))
    make_all(platform, first["file_id"])
    again = data(send(eve, "a.txt", b"one"))
    assert (again["file_id"], again["status"]) == (first["file_id"], "finished")
    assert again["files"][0]["outcome"] == "known"
    assert data(eve.get(f"/jobs/{again['job_id']}"))["status"] == "finished"
    other = data(send(eve, "a.txt", b"two"))
    assert (other["file_id"], other["status"]) == (first["file_id"], "queued")
    assert other["files"][0]["outcome"] == "replaced"
    assert (inbox / "eve/a.txt").read_bytes() == b"two"
    # Of another person it is another file.
    assert data(send(signed_in("bob"), "a.txt", b"one"))["file_id"] != first["file_id"]
    assert take_in(platform).changed == 0


def test_bytes_that_were_lost_on_the_disk_are_put_back(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    id_ = sent(eve, "a.txt")
    (inbox / "eve/a.txt").unlink()
    platform.lifecycle.mark_gone([id_])
    assert data(send(eve, "a.txt"))["file_id"] == id_
    assert (inbox / "eve/a.txt").read_bytes() == b"hello"
    assert platform.files.get([id_])[id_].gone_at is None


def test_several_at_once_arrive_together_or_not_at_all(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    files = [("file", (f"{n}.txt", f"text {n}".encode())) for n in range(5)]
    answer = eve.post("/files", files=files, data={"note": "ignored"})
    told = data(answer)
    assert [each["path"] for each in told["files"]] == [f"eve/{n}.txt" for n in range(5)]
    jobs = data(eve.get(answer.headers["location"].removeprefix("/api/v1")))
    assert {job["file_id"] for job in jobs["items"]} == {each["file_id"] for each in told["files"]}
    bad = eve.post("/files", files=[("file", ("new.txt", b"x")), ("file", (".hidden", b"x"))])
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_name")
    assert not (inbox / "eve/new.txt").exists()
    assert leftovers(inbox) == []


HOSTILE = (
    *("../../etc/passwd", "C:\\Windows\\evil.txt", "/absolute.txt", "..", ".", "", ".ssh", "a.part"),
    "x\u202etxt.exe",
    "n" * 300,
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out_of_the_folder(signed_in: Client, inbox: Path, name: str) -> None:
    before = {path for path in inbox.parent.rglob("*") if inbox not in path.parents}
    answer = send(signed_in("eve"), name)
    if answer.status_code == 202:
        assert answer.json()["data"]["files"][0]["path"].count("/") == 1
    else:
        assert answer.status_code == 422, answer.text
    assert {path for path in inbox.parent.rglob("*") if inbox not in path.parents} == before


def test_a_browser_writes_a_quote_in_a_name_as_a_percent_escape(signed_in: Client, inbox: Path) -> None:
    answer = send(signed_in("ada"), 'the "blue" mill.txt')
    assert answer.status_code == 202
    assert [file.name for file in (inbox / "ada").iterdir()] == ['the "blue" mill.txt']


def test_a_link_in_the_inbox_is_not_followed(signed_in: Client, inbox: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (inbox / "eve").symlink_to(outside)
    answer = send(signed_in("eve"), "a.txt")
    assert answer.status_code == 400, answer.text
    assert list(outside.iterdir()) == []


def test_what_is_too_large_is_refused_while_it_streams(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    answer = send(eve, "big.bin", bytes(platform.max_bytes + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "limit_exceeded")
    assert leftovers(inbox) == []
    assert platform.files.select() == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-type": "multipart/form-data"}, b"", 415),
        ({"content-type": "multipart/form-data; boundary=x"}, b"", 422),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\nnonsense", 422),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--\r\n", 422),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf',
            422,
        ),
        ({"content-type": "multipart/form-data; boundary=" + "x" * 300}, b"", 422),
    ],
)  # fmt: skip
def test_a_body_that_is_no_form_is_a_problem(
    signed_in: Client, inbox: Path, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = signed_in("eve").post("/files", headers=headers, content=body)
    assert answer.status_code == status, answer.text
    assert leftovers(inbox) == []


def test_a_reader_sends_nothing(signed_in: Client) -> None:
    assert send(signed_in("rae"), "a.txt").status_code == 403


def test_a_held_inbox_takes_nothing(signed_in: Client, platform: Platform, inbox: Path) -> None:
    sent(signed_in("eve"), "a.txt")
    (inbox / MARKER).unlink()
    answer = send(signed_in("eve"), "b.txt")
    assert (answer.status_code, answer.json()["code"]) == (409, "folder_held")


def test_a_retry_with_its_key_is_answered_as_the_first(signed_in: Client, platform: Platform) -> None:
    """Although a client takes another boundary each time."""
    eve, key = signed_in("eve"), str(uuid.uuid4())
    content = os.urandom(3 * 2**20)
    first, second = (send(eve, "a.bin", content, **{"Idempotency-Key": key}) for _ in range(2))
    assert first.request.headers["content-type"] != second.request.headers["content-type"]
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    assert len(data(eve.get("/jobs"))["items"]) == 1
    assert send(eve, "a.bin", b"other", **{"Idempotency-Key": key}).json()["code"] == "key_reused"


def test_an_upload_that_breaks_off_leaves_nothing(signed_in: Client, api: str, inbox: Path) -> None:
    eve = signed_in("eve")
    begun = threading.Event()

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + bytes(2**21)
        while not leftovers(inbox):
            begun.wait(0.01)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        eve.post("/files", content=body(), headers={"content-type": "multipart/form-data; boundary=x"})
    eve.close()
    while leftovers(inbox):
        begun.wait(0.01)
    assert not (inbox / "eve/a.txt").exists()


def test_only_so_many_arrive_at_once(
    settings: Settings, people: dict[str, Role], inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "SLOT_SECONDS", 0.2)
    platform = Platform(settings.model_copy(update={"max_uploads": 1}))
    refused: list[httpx.Response] = []
    with serving(platform) as api:
        headers = {"Authorization": f"Bearer {make_key(platform, 'eve', 'test')[0]}"}
        with httpx.Client(base_url=f"{api}/api/v1", headers=headers, trust_env=False, timeout=30) as client:

            def body() -> Iterator[bytes]:
                yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + bytes(
                    2**21
                )
                while not leftovers(inbox):
                    threading.Event().wait(0.01)
                with httpx.Client(
                    base_url=client.base_url, headers=headers, trust_env=False, timeout=60
                ) as other:
                    refused.append(send(other, "b.txt"))
                yield b"\r\n--x--\r\n"

            kind = {"content-type": "multipart/form-data; boundary=x"}
            assert client.post("/files", content=body(), headers=kind).status_code == 202
            assert send(client, "c.txt").status_code == 202
    platform.engine.dispose()
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(503, "busy")]
    assert refused[0].headers["Retry-After"]


def test_many_at_once_are_all_there(signed_in: Client, platform: Platform, inbox: Path) -> None:
    clients = [signed_in(name) for name in ("eve", "bob")]
    answers: list[httpx.Response] = []

    def one(n: int) -> None:
        answers.append(send(clients[n % 2], f"{n}.txt", f"text {n}".encode() * 1000))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.text for answer in answers if answer.status_code != 202} == set()
    assert len(platform.files.select()) == 60
    assert leftovers(inbox) == []


def test_two_of_one_name_at_once_leave_bytes_and_row_alike(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    contents = [f"version {n}".encode() for n in range(8)]
    threads = [threading.Thread(target=send, args=(eve, "a.txt", content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (record,) = platform.files.select()
    assert record.sha256 == hashlib.sha256((inbox / "eve/a.txt").read_bytes()).hexdigest()


def test_a_file_keeps_the_folders_that_it_was_dropped_with(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    for folder in ("", "2026", "2026/March minutes", "報告/一月"):
        answer = eve.post("/files", params={"folder": folder}, files={"file": ("a.txt", folder.encode())})
        assert answer.status_code == 202, answer.text
        place = "/".join(part for part in ("eve", folder, "a.txt") if part)
        assert (inbox / place).read_text(encoding="utf-8") == folder
        id_ = answer.json()["data"]["file_id"]
        assert platform.files.get([id_])[id_].path == place
    assert take_in(platform).new == 0


@pytest.mark.parametrize(
    "folder", ["..", "a/../../b", ".ssh", "a/./b", "a\x00b", "a/b.part", "/".join("a" * 31)]
)
def test_a_folder_that_cannot_be_is_refused(signed_in: Client, inbox: Path, folder: str) -> None:
    answer = signed_in("eve").post("/files", params={"folder": folder}, files={"file": ("a.txt", b"x")})
    assert answer.status_code == 422, answer.text
    assert leftovers(inbox) == []
    assert not list(inbox.rglob("a.txt"))


def test_two_files_of_one_name_are_not_one(signed_in: Client, inbox: Path) -> None:
    eve = signed_in("eve")
    told = eve.post("/files", files=[("file", ("one/a.txt", b"one")), ("file", ("two/a.txt", b"two"))])
    assert (told.status_code, told.json()["detail"]) == (422, "Two files of the request are eve/a.txt.")
    assert not (inbox / "eve/a.txt").exists()


def test_a_name_that_deceives_is_shown_as_it_is(signed_in: Client) -> None:
    told = send(signed_in("eve"), "a\u202eb.txt")
    assert told.json()["detail"] == "'a\\u202eb.txt' cannot be the name of a file or a folder."


def test_a_name_that_is_spelled_otherwise_is_the_same_file(
    signed_in: Client, platform: Platform, inbox: Path
) -> None:
    eve = signed_in("eve")
    composed, decomposed = "caf\u00e9.txt", "cafe\u0301.txt"
    assert sent(eve, composed, b"one") == sent(eve, decomposed, b"two")
    assert (inbox / "eve" / composed).read_bytes() == b"two"
    assert [path.name for path in (inbox / "eve").glob("*.txt")] == [composed]
    # One that came from a disk as it is spelled there stays where it is.
    (inbox / "eve/nai\u0308f.txt").write_bytes(b"one")
    take_in(platform)
    sent(eve, "na\u00eff.txt", b"two")
    assert (inbox / "eve/nai\u0308f.txt").read_bytes() == b"two"
    assert len(platform.files.select()) == 2
