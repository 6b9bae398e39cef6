"""The parsing child: warm, restarted, limited, and gone with its parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from aibox_assets.domain.errors import (
    AIBoxError,
    EmptyDocumentError,
    EncryptedDocumentError,
    LimitExceededError,
    ParserUnavailableError,
)
from aibox_assets.domain.parse import ParseLimits, parse_document
from aibox_assets.sandbox import ParserSandbox
from aibox_assets_tests.domain.parse import bombs, documents

LIMITS = ParseLimits()
SAMPLES = Path(__file__).parents[2] / "samples"
Children = Callable[[], list[psutil.Process]]


@pytest.fixture
def sandbox() -> Iterator[ParserSandbox]:
    box = ParserSandbox(LIMITS, timeout=20, memory_mb=1024)
    yield box
    box.close()


@pytest.fixture
def children() -> Children:
    """The parser children that came since; this process has servers as children, and parsers of other tests."""
    others = set(psutil.Process().children())
    return lambda: [
        child
        for child in psutil.Process().children()
        if child not in others and "aibox_assets.sandbox.child" in child.cmdline()
    ]


def kinds_of_documents() -> Iterator[tuple[str, bytes]]:
    """Each type that is parsed, in the encodings that it may come in."""
    for path in sorted(SAMPLES.rglob("*.*")):
        yield path.name, path.read_bytes()
    yield "a.xlsx", documents.make_xlsx()
    yield "a.eml", documents.make_eml(html=True)
    relations = "word/_rels/document.xml.rels"  # without them it has no styles, and takes python-docx's own
    nothing = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    yield "unstyled.docx", documents.replace_part(documents.make_docx(), relations, nothing)
    yield "refused.exe", b"MZ\x90\x00\x03\x00\x00\x00" * 500
    yield "中文 name\n.txt", "文字".encode()
    text = "日本語と中文與漢字的文字,Привет мир, déjà vu. "
    for encoding in ("utf-8-sig", "utf-16", "utf-32", "gb18030", "shift_jis", "euc_jp", "iso2022_jp", "big5"):
        encoded = (text * 20).encode(encoding, errors="ignore")
        yield f"{encoding}.txt", encoded
        yield f"{encoding}.html", b"<html><meta charset='%s'><p>%b" % (encoding.encode(), encoded)
        yield (
            f"{encoding}.xml",
            b"<?xml version='1.0' encoding='%s'?><p>%b</p>" % (encoding.encode(), encoded),
        )
        header = f"From: a@b\nTo: c@d\nSubject: s\nDate: x\nContent-Type: text/plain; charset={encoding}\n\n"
        yield f"{encoding}.eml", header.encode() + encoded
    yield (
        "koi8.eml",
        b"From: a@b\nTo: c@d\nDate: x\nContent-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\xd7",
    )
    yield "none.eml", b"From: a@b\nTo: c@d\nDate: x\nContent-Type: text/plain; charset=no-such\n\nwords"
    yield "idn.eml", b"From: a@b\nTo: =?utf-7?q?+AGE-?= <c@xn--bcher-kva.de>\nDate: x\nSubject: s\n\nwords"


def test_gives_the_same_document_and_stays_warm(sandbox: ParserSandbox, children: Children) -> None:
    for name, data in kinds_of_documents():
        outcomes = []
        for parse in (sandbox.parse, lambda data, name: parse_document(data, name, LIMITS)):
            try:
                outcomes.append(repr(parse(data, name)))
            except AIBoxError as error:
                outcomes.append(repr(error))
        assert outcomes[0] == outcomes[1], name
    assert len(children()) == 1


def test_errors_keep_their_type_reason_and_remedy(sandbox: ParserSandbox, children: Children) -> None:
    for data, kind in ((b" ", EmptyDocumentError), (documents.make_encrypted_pdf(), EncryptedDocumentError)):
        with pytest.raises(kind) as caught:
            sandbox.parse(data, "a.pdf")
        assert "a.pdf" in caught.value.reason
        assert caught.value.remedy
    assert len(children()) == 1


def test_time_out_names_the_limit_and_the_next_file_is_parsed(
    sandbox: ParserSandbox, children: Children
) -> None:
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


def test_a_child_that_died_in_between_is_replaced(sandbox: ParserSandbox, children: Children) -> None:
    sandbox.parse(b"one", "a.txt")
    children()[0].kill()
    assert sandbox.parse(b"two", "b.txt").text == "two"


def test_an_interrupted_file_leaves_no_answer_for_the_next(
    sandbox: ParserSandbox, children: Children
) -> None:
    sandbox.parse(b"warm up", "a.txt")
    child = children()[0].pid
    os.kill(child, signal.SIGSTOP)

    def interrupt(*_: object) -> None:
        raise InterruptedError("the step was cancelled")

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(InterruptedError):
            sandbox.parse(b"one", "one.txt")
    finally:
        signal.signal(signal.SIGALRM, previous)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGCONT)
    assert sandbox.parse(b"two", "two.txt").text == "two"


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
        "from aibox_assets.sandbox import ParserSandbox\n"
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


LOAD = "from aibox_assets.sandbox import child; child.load_modules(); "


def test_the_child_starts_without_what_no_parser_needs() -> None:
    script = "import sys; " + LOAD + "print(','.join(sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(out.stdout.strip().split(","))
    assert not loaded & {"pandas", "torch", "numpy", "dagster", "pydantic", "sqlalchemy", "redis", "neo4j"}


@pytest.mark.parametrize("name", sorted(bombs.SMALL))
def test_a_small_bomb_ends_long_before_the_limit_of_the_process(name: str) -> None:
    sandbox = ParserSandbox(LIMITS, timeout=60, memory_mb=2048)
    data = bombs.SMALL[name]()
    with pytest.raises(LimitExceededError, match="memory"):
        sandbox.parse(data, name)
    assert sandbox.parse(b"next", "next.txt").text == "next"
    sandbox.close()


def test_the_memory_of_one_file_does_not_bind_the_next(sandbox: ParserSandbox, children: Children) -> None:
    sandbox.parse(b"small", "a.txt")
    large = b"many words " * 3_000_000
    assert len(sandbox.parse(large, "b.txt").text) == len(large) - 1
    assert len(children()) == 1


LACKS_A_LIBRARY = """
import json, sys
from aibox_assets.sandbox import child
def parse(data, name, limits):
    if data.startswith(b"needs"):
        import a_library_that_is_missing
    return child.parse_document(data, name, limits)
child.serve(child.ChildOptions(**json.loads(sys.argv[1])), parse)
"""


def test_a_library_that_is_missing_is_no_fault_of_the_document(
    sandbox: ParserSandbox, children: Children
) -> None:
    sandbox._command = (sys.executable, "-P", "-c", LACKS_A_LIBRARY)
    assert sandbox.parse(b"text", "a.txt").text == "text"
    with pytest.raises(ParserUnavailableError, match="a_library_that_is_missing") as caught:
        sandbox.parse(b"needs it", "b.txt")
    assert (caught.value.permanent, bool(caught.value.remedy)) == (False, True)
    assert "b.txt" in caught.value.reason
    assert sandbox.parse(b"text", "c.txt").text == "text"


def test_a_library_that_is_there_again_for_a_new_child_is_no_fault_at_all(sandbox: ParserSandbox) -> None:
    sandbox._command = (sys.executable, "-P", "-c", LACKS_A_LIBRARY)
    sandbox.parse(b"text", "a.txt")
    sandbox._command = ParserSandbox._command  # the library is installed meanwhile
    assert sandbox.parse(b"needs it", "b.txt").text == "needs it"


def test_a_parser_whose_library_is_missing_says_so_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aibox_assets.domain.parse.plain", None)
    with pytest.raises(ImportError):
        parse_document(b"text", "a.txt", LIMITS)
