"""What a parser that was taken over can still do: documents run as code inside the limits of a parsing child."""

from __future__ import annotations

import ast
import errno
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from aibox_assets.domain.errors import LimitExceededError, MalformedDocumentError
from aibox_assets.domain.parse import ParseLimits
from aibox_assets.sandbox import ParserSandbox, SandboxReport, parser
from aibox_assets_tests.sandbox import attacks

ROOT = os.geteuid() == 0
X86_64 = platform.machine() == "x86_64"
LAYERS = ["", "seccomp", "landlock", "user", "seccomp,landlock", "seccomp,landlock,user"]
TakeOver = Callable[..., ParserSandbox]
SECRET = "planted-secret-7c1f"


@pytest.fixture(scope="module")
def take_over() -> Iterator[TakeOver]:
    """Makes sandboxes whose parser runs its documents as code; the same for the same arguments."""
    boxes: dict[tuple[str, int], ParserSandbox] = {}

    def make(without: str = "", timeout: int = 20) -> ParserSandbox:
        if (without, timeout) not in boxes:
            box = boxes[without, timeout] = ParserSandbox(ParseLimits(), timeout, 1024)
            box._command = (sys.executable, "-P", attacks.__file__, without)
        return boxes[without, timeout]

    yield make
    for box in boxes.values():
        box.close()


def run(box: ParserSandbox, code: str) -> Any:
    """The value of ``result`` after *code*; an OSError as its text."""
    text = box.parse(code.encode(), "attack.txt").text
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text


def is_refused(outcome: object) -> bool:
    return isinstance(outcome, str) and "Error" in outcome.split(":")[0]


def test_a_child_knows_no_secret(
    take_over: TakeOver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AIBOX_TOKEN", "DATABASE_URL", "REDIS_PASSWORD", "NEO4J_PASSWORD", "HF_TOKEN", "PGPASSWORD"):
        monkeypatch.setenv(name, SECRET)
    with (tmp_path / "open.txt").open("w+") as inherited:
        os.set_inheritable(inherited.fileno(), True)
        box, without_filter = take_over(), take_over("seccomp")  # which would refuse the second question
        for fresh in (box, without_filter):
            fresh.close()
        environment = run(box, "import os; result = dict(os.environb), dict(os.environ)")
        descriptors = run(
            without_filter,
            "import os\nresult = []\nfor number in range(200):\n    try:\n        os.fstat(number)\n"
            "        result.append(number)\n    except OSError:\n        pass",
        )
    assert SECRET not in str(environment)
    assert environment[1].keys() <= {*parser._INHERITED, "PYTHONPATH"} | {"LC_CTYPE"}
    assert descriptors == [0, 1, 2, 3, 4], "three of its own, the answers, and its size in /proc"
    assert SECRET not in str(run(box, "import sys; result = sys.argv"))


@pytest.mark.parametrize("without", LAYERS)
def test_each_layer_holds_without_the_others(take_over: TakeOver, tmp_path: Path, without: str) -> None:
    home = tmp_path / "home.json"
    home.write_text(f'{{"password": "{SECRET}"}}')
    box = take_over(without)
    for attempt in (f"open({str(home)!r})", "open('/etc/passwd')", "os.open('/proc/self/environ', 0)"):
        assert is_refused(run(box, f"import os; result = str({attempt})")), attempt
    for target in (tmp_path / "new.txt", home, Path("new.txt"), Path("/tmp/aibox-new.txt")):
        assert is_refused(run(box, f"result = str(open({str(target)!r}, 'a'))")), target
    assert SECRET in home.read_text()
    assert list(tmp_path.iterdir()) == [home]
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        server.settimeout(0.2)
        assert is_refused(run(box, f"import socket; socket.socket().connect({address!r}); result = 1"))
        with pytest.raises(TimeoutError):
            server.accept()
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
        assert is_refused(run(box, f"import socket; result = str(socket.socket(socket.{family}))")), family


@pytest.mark.parametrize("without", LAYERS)
def test_it_starts_no_process_and_no_thread(take_over: TakeOver, without: str) -> None:
    box = take_over(without)
    if ROOT and "user" in without and "seccomp" in without:
        assert box.describe_limits().starts_processes, "the kernel exempts root: what is so is told"
        return
    assert is_refused(run(box, "import os\npid = os.fork()\nif pid == 0: os._exit(0)\nresult = pid"))
    program = f"import os; os.execv({sys.executable!r}, ['python', '-c', '']); result = 1"
    assert ("seccomp" in without and "landlock" in without) or is_refused(run(box, program))
    spawn = f"import os; result = os.posix_spawn({sys.executable!r}, ['python', '-c', ''], {{}})"
    assert is_refused(run(box, spawn))
    thread = (
        "import threading\ntry:\n    threading.Thread(target=int).start()\n    result = 1\n"
        "except RuntimeError as error: raise OSError(error)"
    )
    assert is_refused(run(box, thread))


@pytest.mark.parametrize("without", LAYERS)
def test_it_reports_what_holds(take_over: TakeOver, without: str) -> None:
    report = take_over(without).describe_limits()
    assert report.seccomp == (X86_64 and "seccomp" not in without)
    assert report.landlock == 0 if "landlock" in without else report.landlock >= 0
    assert report.user == (65_534 if ROOT and "user" not in without else os.geteuid())
    assert report.capabilities == 0
    assert report.no_new_privileges
    assert not report.opens_files
    assert not report.opens_sockets
    assert report.own_network <= ("user" not in without)
    assert (report.cpu_seconds, report.memory_bytes, report.file_bytes) == (200, 2**30, 2**20)
    assert (report.processes, report.open_files, report.core_bytes) == (0, 0, 0)


@pytest.mark.parametrize("without", ["", "seccomp", "seccomp,landlock"])
def test_it_reaches_no_other_process(take_over: TakeOver, without: str) -> None:
    box = take_over(without)
    if (
        ROOT
        or "seccomp" not in without
        or ("landlock" not in without and box.describe_limits().landlock >= 6)
    ):
        assert is_refused(run(box, "import os; os.kill(os.getppid(), 0); result = 1"))
    assert is_refused(run(box, "import os; os.setuid(0); result = os.getuid()")) or not ROOT
    for limit in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_FSIZE"):
        raised = f"import resource\ntry: resource.setrlimit(resource.{limit}, (2**40, 2**40))\n"
        raised += "except ValueError as error: raise OSError(error)\nresult = 1"
        assert is_refused(run(box, raised)), limit
    if ROOT or not without:  # else the kernel lets it, and the tests would be left without files
        others = (
            "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (9, 9)); result = 1"
        )
        assert is_refused(run(box, others))


def test_system_calls_that_parsing_does_not_need_are_refused(take_over: TakeOver) -> None:
    calls = {
        **{"ptrace": 101, "mount": 165, "keyctl": 250, "bpf": 321, "socket": 41, "clone": 56, "clone3": 435},
        **{"unshare": 272, "memfd_create": 319, "userfaultfd": 323, "perf_event_open": 298, "shmget": 29},
        **{"process_vm_readv": 310, "io_uring_setup": 425, "dup": 32, "kill": 62, "prctl": 157, "execve": 59},
        **{"seccomp": 317, "getpid of x32": 0x40000000 + 39},
    }
    attempt = f"""
result = {{}}
for name, number in {calls!r}.items():
    result[name] = libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0), ctypes.get_errno()
"""
    box = take_over("landlock,user")
    if not X86_64:
        assert not box.describe_limits().seccomp, "its numbers are of x86-64"
        return
    for name, outcome in run(box, attempt).items():
        assert outcome in ((-1, errno.EPERM), (-1, errno.ENOSYS)), name


def test_a_spin_ends_at_the_limit_of_cpu(take_over: TakeOver) -> None:
    box = take_over(timeout=1)
    box.describe_limits()
    box._timeout = 60  # of wall time; the child has what it was started with
    with pytest.raises(LimitExceededError, match=r"spin\.txt took longer"):
        box.parse(b"while True: pass", "spin.txt")
    assert run(box, "result = 1") == 1


def test_a_child_whose_cpu_time_is_used_up_hands_over(take_over: TakeOver) -> None:
    box = take_over(timeout=5)
    pid = run(box, "import os; result = os.getpid()")
    run(box, "import resource; resource.setrlimit(resource.RLIMIT_CPU, (3, 3)); result = 1")
    assert run(box, "import os; result = os.getpid()") != pid


def test_a_memory_bomb_ends_in_a_typed_error(take_over: TakeOver) -> None:
    box = take_over()
    for bomb in ("x = bytearray(10**11)", "x = []\nwhile True: x.append(bytearray(10**6))"):
        with pytest.raises(LimitExceededError, match=r"bomb\.txt .* memory"):
            box.parse(bomb.encode(), "bomb.txt")
    assert run(box, "result = 1") == 1


@pytest.mark.parametrize(
    ("code", "how"), [("ctypes.string_at(0)", "SIGSEGV"), ("import os; os._exit(3)", "exit code 3")]
)
def test_a_crash_is_permanent_and_typed(take_over: TakeOver, code: str, how: str) -> None:
    box = take_over()
    box.describe_limits()
    with pytest.raises(MalformedDocumentError, match=rf"crash\.txt crashed its parser \({how}\)") as caught:
        box.parse(code.encode(), "crash.txt")
    assert caught.value.permanent
    assert run(box, "result = 1") == 1


def test_what_it_prints_is_bounded_and_forgotten_at_the_next_file(
    take_over: TakeOver,
) -> None:
    box = take_over()
    flood = "import os\nfor _ in range(50): os.write(2, b'x' * 100_000)\nresult = 1"
    for _ in range(3):
        assert "File too large" in run(box, flood)
        assert box._stderr is not None
        assert 0 < os.fstat(box._stderr.fileno()).st_size <= 2**20
    assert run(box, "result = 1") == 1
    assert os.fstat(box._stderr.fileno()).st_size == 0


def test_it_works_for_an_ordinary_user() -> None:
    """As root, another user without root's rights, but who may read the interpreter wherever it is."""
    script = (
        "import json\nfrom dataclasses import asdict\nfrom aibox_assets.domain.parse import ParseLimits\n"
        "from aibox_assets.sandbox import ParserSandbox\n"
        "box = ParserSandbox(ParseLimits(), 20, 1024)\n"
        "text = box.parse('文字'.encode('gb18030') * 50, 'a.txt').text\n"
        "print(json.dumps([text, asdict(box.describe_limits())]))\nbox.close()"
    )
    command = [sys.executable, "-c", script]
    if ROOT:
        setpriv = shutil.which("setpriv")
        assert setpriv, "it comes with util-linux"
        reads = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
        command = [setpriv, "--reuid", "12345", "--regid", "12345", "--clear-groups", *reads, *command]
    out = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd="/")
    assert out.returncode == 0, out.stderr
    text, said = json.loads(out.stdout)
    report = SandboxReport(**said)
    assert asdict(report) == said
    assert text == "文字" * 50
    assert report.user == (12_345 if ROOT else os.geteuid())
    assert report.capabilities == 0
    assert (report.opens_files, report.opens_sockets, report.starts_processes) == (False, False, False)
