"""Hostile names, links, slow copies, replacements, deletions: nothing outside is touched, nothing read by halves."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from aibox_assets.automation.intake import take_in
from aibox_assets.domain.errors import AIBoxError, PermanentError
from aibox_assets.domain.keys import has_hostile_name, partition_key
from aibox_assets.domain.paths import actual
from aibox_assets.resources.platform import Platform
from aibox_assets.settings import Settings
from aibox_assets.stores.documents import read_document

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

SECRET = b"what lies outside of the folder"
SIZE = 200_000


@pytest.fixture
def platform(engine: Engine, postgres_url: str, clean_redis_url: str, tmp_path: Path) -> Iterator[Platform]:
    """A home of its own on the session's Postgres; its graph is never asked."""
    (tmp_path / "inbox").mkdir()
    settings = {
        "AIBOX_HOME": tmp_path,
        "AIBOX_SETTLE_SECONDS": 0,
        "AIBOX_MAX_FILE_MB": 1,
        "DATABASE_URL": postgres_url,
        "REDIS_URL": clean_redis_url,
    }
    made = Platform(Settings(**settings))  # type: ignore[arg-type]  # by alias
    yield made
    made.engine.dispose()


def hostile_names() -> list[bytes]:
    """A hundred names that a Linux folder takes."""
    fixed: list[str | bytes] = [
        *(
            b"...",
            b"..txt",
            b"a..b",
            b"-rf",
            b"--help",
            b"~",
            b"*",
            b"?",
            b"a b",
            b" lead",
            b"trail ",
            b"a\tb",
            b"a\nb",
        ),
        *(
            b"a\rb",
            b"\x1b[31mred",
            b"\x7fdel",
            b"\x01",
            b"\xff\xfe",
            b"caf\xe9.txt",
            b"\xc3\x28",
            b"\xed\xa0\x80.txt",
        ),
        *(
            "😀.md",
            "e\u0301.txt",
            "é.txt",
            "\u202egpj.exe",
            "a\u200bb",
            "\u2066x\u2069",
            "\ufeffbom",
            "文件.txt",
        ),
        *(
            "%2e%2e%2f",
            "..%c0%af",
            "C:\\x",
            "a\\..\\b",
            "NUL",
            "con.txt",
            "$(id)",
            "`id`",
            "${HOME}",
            "{0}",
            "%s%n",
        ),
        *(
            "';DROP TABLE files;--",
            '"',
            "'",
            "a,b",
            "a;b",
            "a|b",
            "a&b",
            "<script>",
            "a=b",
            "[a]",
            "#",
            "a#b?c=d",
            "@a",
        ),
        *(
            "\\udcff.txt",
            "\\n",
            "a\\u0000b",
            "__class__",
            "None",
            "null",
            "0",
            "-1",
            "1e309",
            "true",
            "ﬁ.txt",
            "Å",
            "K",
        ),
    ]
    names = [name if isinstance(name, bytes) else name.encode() for name in fixed]
    names += [b"x" * 255, b"y" * 251 + b".txt", "長".encode() * 85, b"z" * 200 + b"\xe4", "😀".encode() * 63]
    chance = random.Random(17)
    while len(names) < 100:
        name = chance.randbytes(chance.randrange(1, 60)).replace(b"/", b"").replace(b"\0", b"")
        if name not in (b"", b".", b"..") and not name.startswith((b".", b"~$")) and name not in names:
            names.append(name)
    return names[:100]


def outside(root: Path) -> list[tuple[str, int]]:
    """All that lies beside the inbox."""
    return sorted(
        (str(path), path.lstat().st_mtime_ns) for path in root.rglob("*") if "inbox" not in path.parts
    )


def test_hostile_names_are_taken_in_and_read_or_refused(platform: Platform, tmp_path: Path) -> None:
    inbox = platform.settings.inbox_path
    names = hostile_names()
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_bytes(b"text %d" % number)
    assert len(set(names)) == 100
    before = outside(tmp_path)
    take_in(platform)
    records = platform.files.select()
    listed = [name for name in names if not name.startswith((b".", b"~$"))]
    assert len(records) == len(listed)
    outcomes: Counter[str] = Counter()
    for record in records:
        number = names.index(os.fsencode(actual(record.path)))
        try:
            document = read_document(inbox, record.path, platform.max_bytes)
        except PermanentError:
            assert has_hostile_name(actual(record.path)), record.path
            outcomes["refused"] += 1
        else:
            assert document.data == b"text %d" % number
            outcomes["read"] += 1
    keys = {record.id for record in records}
    assert len(keys) == len(records)
    for key in keys:
        assert len(key.encode()) <= 100
        assert not set(key) & set("/\\\0\n\r\t ,'\"<>%$`{}*?#&;|")
        assert ".." not in key
        assert not key.startswith((".", "-"))
    take_in(platform)
    assert {record.id for record in platform.files.select()} == keys, "a second look finds the same"
    assert outside(tmp_path) == before
    print(f"\nline 17, names: {len(records)} taken in, {dict(outcomes)}, {len(keys)} keys, written outside 0")


def test_keys_of_paths_that_climb_are_as_safe() -> None:
    paths = [
        f"{climb}{name.decode('utf-8', 'surrogateescape')}" for name in hostile_names() for climb in _CLIMBS
    ]
    keys = {partition_key("inbox", path) for path in paths}
    assert len(keys) == len(set(paths))
    assert not any("/" in key or ".." in key or has_hostile_name(key) for key in keys)
    print(f"\nline 17, keys: {len(paths)} paths, {len(keys)} keys")


_CLIMBS = ("", "../", "a/../../", "/etc/")


def test_what_is_no_document_is_not_followed_and_not_opened(platform: Platform, tmp_path: Path) -> None:
    inbox = platform.settings.inbox_path
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_bytes(SECRET)
    (inbox / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (inbox / "relative.txt").symlink_to("../outside/secret.txt")
    (inbox / "folder").symlink_to(tmp_path / "outside")
    (inbox / "loop").symlink_to(inbox)
    (inbox / "self.txt").symlink_to(inbox / "self.txt")
    (inbox / "dangling.txt").symlink_to("/no/such/file")
    (inbox / "proc.txt").symlink_to("/proc/self/environ")
    os.mkfifo(inbox / "pipe.txt")
    paths = [path.name for path in inbox.iterdir() if path.name != ".aibox-inbox"]
    if os.geteuid() == 0:
        os.mknod(inbox / "zero.txt", 0o666 | 0o020000, os.makedev(1, 5))
        paths.append("zero.txt")
    paths += [
        "folder/secret.txt",
        "loop/link.txt",
        "../outside/secret.txt",
        "a/../../outside/secret.txt",
        "/etc/passwd",
    ]
    started = time.monotonic()
    take_in(platform)
    for path in paths:
        with pytest.raises(PermanentError):
            read_document(inbox, path, platform.max_bytes)
    seconds = time.monotonic() - started
    assert not any("secret" in record.path for record in platform.files.select())
    print(f"\nline 17, links and devices: {len(paths)} refused, none followed, {seconds:.1f} s")
    assert seconds < 10


def test_slow_copies_replacements_and_deletions_are_read_whole_or_not_at_all(platform: Platform) -> None:
    inbox, ending = platform.settings.inbox_path, threading.Event()
    (inbox.parent / "outside.txt").write_bytes(SECRET)
    writers = [
        threading.Thread(target=write, args=(inbox, ending))
        for write in (_copy_slowly, _replace, _delete, _swap_for_a_link)
    ]
    for writer in writers:
        writer.start()
    outcomes: Counter[str] = Counter()
    try:
        for _ in range(300):
            for name in ("slow.txt", "replaced.txt", "deleted.txt", "swapped.txt"):
                try:
                    document = read_document(inbox, name, platform.max_bytes)
                except AIBoxError as error:
                    outcomes[type(error).__name__] += 1
                    continue
                assert document.data != SECRET
                assert hashlib.sha256(document.data).hexdigest() == document.sha256
                if name == "slow.txt":  # written in place: what was read is what lay there at one time
                    assert set(document.data) <= {ord("s")}
                else:
                    assert len(document.data) == SIZE, name
                    assert len(set(document.data)) == 1, f"{name}: a mix of two versions"
                outcomes[f"read {name}"] += 1
            take_in(platform)
    finally:
        ending.set()
        for writer in writers:
            writer.join()
    print(f"\nline 17, races: {dict(outcomes)}, mixed or from outside 0")
    assert outcomes["read replaced.txt"] > 50


def _copy_slowly(inbox: Path, ending: threading.Event) -> None:
    while not ending.is_set():
        with (inbox / "slow.txt").open("wb", buffering=0) as file:
            for _ in range(50):
                file.write(b"s" * 4_000)
                time.sleep(0.001)


def _replace(inbox: Path, ending: threading.Event) -> None:
    for number in range(10**9):
        if ending.is_set():
            return
        staged = inbox / ".staged"
        staged.write_bytes(bytes([97 + number % 26]) * SIZE)
        staged.replace(inbox / "replaced.txt")


def _delete(inbox: Path, ending: threading.Event) -> None:
    while not ending.is_set():
        staged = inbox / ".deleted"
        staged.write_bytes(b"d" * SIZE)
        staged.replace(inbox / "deleted.txt")
        time.sleep(0.001)
        (inbox / "deleted.txt").unlink()


def _swap_for_a_link(inbox: Path, ending: threading.Event) -> None:
    while not ending.is_set():
        staged = inbox / ".swapped"
        staged.write_bytes(b"w" * SIZE)
        staged.replace(inbox / "swapped.txt")
        staged.symlink_to("../outside.txt")
        staged.replace(inbox / "swapped.txt")
