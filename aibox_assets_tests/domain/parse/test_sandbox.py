"""The parsing child: warm, restarted, limited, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from aibox_assets.domain.errors import (
    AIBoxError,
    EmptyDocumentError,
    EncryptedDocumentError,
    LimitExceededError,
    MalformedDocumentError,
)
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets.domain.parse.sandbox import ParserSandbox
from aibox_assets_tests.domain.parse import bombs, documents

LIMITS = ParseLimits()


@pytest.fixture
def sandbox() -> Iterator[ParserSandbox]:
    box = ParserSandbox(LIMITS, timeout=20, memory_mb=1024)
    yield box
    box.close()


def children() -> list[psutil.Process]:
    """The parser children of this process, which has servers as children as well."""
    return [
        child for child in psutil.Process().children() if "aibox_assets.domain.parse.child" in child.cmdline()
    ]


def test_gives_the_same_document_and_stays_warm(sandbox: ParserSandbox) -> None:
    for name, data in (
        ("a.docx", documents.make_docx()),
        ("a.xlsx", documents.make_xlsx()),
        ("a.pdf", documents.make_pdf(["one"])),
        ("中文 name\n.txt", "文字".encode()),
    ):
        assert sandbox.parse(data, name) == parse_document(data, name, LIMITS)
    assert len(children()) == 1


def test_errors_keep_their_type_reason_and_remedy(sandbox: ParserSandbox) -> None:
    for data, kind in ((b" ", EmptyDocumentError), (documents.make_encrypted_pdf(), EncryptedDocumentError)):
        with pytest.raises(kind) as caught:
            sandbox.parse(data, "a.pdf")
        assert "a.pdf" in caught.value.reason
        assert caught.value.remedy
    assert len(children()) == 1


def test_time_out_names_the_limit_and_the_next_file_is_parsed(sandbox: ParserSandbox) -> None:
    sandbox.parse(b"warm up", "a.txt")
    os.kill(children()[0].pid, signal.SIGSTOP)
    sandbox._timeout = 0.5
    started = time.monotonic()
    with pytest.raises(LimitExceededError, match=r"slow\.txt took longer .* 0\.5 s"):
        sandbox.parse(b"text", "slow.txt")
    assert time.monotonic() - started < 5
    sandbox._timeout = 20
    assert sandbox.parse(b"text", "b.txt").text == "text"


def test_memory_limit_is_named() -> None:
    sandbox = ParserSandbox(LIMITS, timeout=60, memory_mb=300)
    lines = b"[" + b",".join(b'{"k": [1,2,3,4,5,6,7,8,9]}' for _ in range(1_000_000)) + b"]"
    with pytest.raises(LimitExceededError, match="memory"):
        sandbox.parse(lines, "big.json")
    assert sandbox.parse(b"small", "b.txt").text == "small"
    sandbox.close()


def test_sheet_that_claims_millions_of_cells_stays_in_the_sandbox() -> None:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<worksheet xmlns="{namespace}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    ).encode()
    bomb = documents.replace_part(documents.make_xlsx(), "xl/worksheets/sheet1.xml", xml)
    sandbox = ParserSandbox(LIMITS, timeout=20, memory_mb=512)
    with pytest.raises(LimitExceededError, match="memory"):
        sandbox.parse(bomb, "bomb.xlsx")
    sandbox.close()


def test_crash_of_the_child_is_permanent_and_typed(
    sandbox: ParserSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibox_assets.domain.parse.sandbox._CHILD_MODULE", "antigravity_of_no_such_module")
    with pytest.raises(MalformedDocumentError, match=r"a\.txt crashed its parser") as caught:
        sandbox.parse(b"text", "a.txt")
    assert caught.value.permanent


def test_a_child_that_died_in_between_is_replaced(sandbox: ParserSandbox) -> None:
    sandbox.parse(b"one", "a.txt")
    children()[0].kill()
    assert sandbox.parse(b"two", "b.txt").text == "two"


def test_a_fork_has_a_child_of_its_own(sandbox: ParserSandbox) -> None:
    sandbox.parse(b"one", "a.txt")
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if sandbox.parse(b"fork", "f.txt").text == "fork" else 1)
        except AIBoxError:
            os._exit(2)
    assert os.waitpid(pid, 0)[1] == 0
    assert sandbox.parse(b"two", "b.txt").text == "two"


def test_the_child_dies_with_its_parent() -> None:
    script = (
        "import os\n"
        "from aibox_assets.domain.parse.limits import ParseLimits\n"
        "from aibox_assets.domain.parse.sandbox import ParserSandbox\n"
        "box = ParserSandbox(ParseLimits(), 20, 512)\n"
        "box.parse(b'x', 'a.txt')\n"
        "print(box._child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )
    child = int(out.stdout)
    for _ in range(50):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    pytest.fail(f"child {child} outlived its parent")


def test_the_child_starts_light() -> None:
    script = "import sys, aibox_assets.domain.parse.child; print(','.join(sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    loaded = set(out.stdout.strip().split(","))
    assert not loaded & {
        "pandas",
        "torch",
        "numpy",
        "dagster",
        "pydantic",
        "docx",
        "pptx",
        "bs4",
        "pypdfium2",
    }


@pytest.mark.parametrize("name", sorted(bombs.SMALL))
def test_a_small_bomb_ends_long_before_the_limit_of_the_process(name: str) -> None:
    sandbox = ParserSandbox(LIMITS, timeout=60, memory_mb=2048)
    data = bombs.SMALL[name]()
    with pytest.raises(LimitExceededError, match="memory"):
        sandbox.parse(data, name)
    assert sandbox.parse(b"next", "next.txt").text == "next"
    sandbox.close()


def test_the_memory_of_one_file_does_not_bind_the_next(sandbox: ParserSandbox) -> None:
    sandbox.parse(b"small", "a.txt")
    large = b"many words " * 3_000_000
    assert len(sandbox.parse(large, "b.txt").text) == len(large) - 1
    assert len(children()) == 1
