"""What the doctor says of a machine: modes that are changed, ports that are taken, sockets that are open to others."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from aibox_assets.local.doctor import host
from aibox_assets.local.doctor.findings import NotAskedError
from aibox_assets.local.process import MARKER
from aibox_assets.local.state import SupervisorState
from aibox_assets_tests.local.doctor.conftest import MakeCase, found, only


def test_secrets_that_others_may_read(make_case: MakeCase, tmp_path: Path) -> None:
    case = make_case()
    case.home.remember(REDIS_URL="redis://:secret@127.0.0.1:1/0")
    assert only(host.secrets_are_closed, case).state == "ok"
    (tmp_path / ".env").write_text("REDIS_PASSWORD=secret\n")
    (tmp_path / ".env").chmod(0o644)
    case.home.file.chmod(0o640)
    case.home.inbox.chmod(0o755)
    findings = list(host.secrets_are_closed(case))
    assert [(each.state, each.remedy) for each in findings] == [
        ("problem", f"chmod 600 {case.home.file}"),
        ("problem", f"chmod 600 {tmp_path / '.env'}"),
        ("warning", f"chmod go-rw {case.home.inbox}"),
    ]
    for each in findings:
        assert subprocess.run(each.remedy.split()).returncode == 0
    case.home.inbox.chmod(0o700)
    assert only(host.secrets_are_closed, case).state == "ok"


def test_ports_that_are_taken(make_case: MakeCase) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finding = only(host.ports_are_free, make_case(AIBOX_WEBSERVER_PORT=port))
        assert finding.state == "problem"
        assert f"(process {os.getpid()})" in finding.said
    case = make_case()
    case.home.allot()
    assert only(host.ports_are_free, case).state == "ok"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(case.home.servers()["redis_port"])))
        taken.listen()
        assert only(host.ports_are_free, case).state == "warning"


@pytest.mark.parametrize(
    ("address", "state"),
    [("0.0.0.0", "problem"), ("127.0.0.1", "ok"), ("::ffff:127.0.0.1", "ok"), ("::", "problem")],
)
def test_what_listens_for_others(make_case: MakeCase, address: str, state: str) -> None:
    case = make_case()
    family = "AF_INET6" if ":" in address else "AF_INET"
    listen = (
        f"import socket, sys; s = socket.socket(socket.{family}); s.bind(({address!r}, 0)); s.listen(); "
        "print('ready', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", listen],
        env={**os.environ, MARKER: str(case.home.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert only(host.listens_on_loopback, case).state == state
    finally:
        process.communicate()


def test_memory_that_runs_out(make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = SupervisorState(os.getpid(), psutil.Process().create_time(), "running", "", ())
    monkeypatch.setattr(host, "_MEMORY_BYTES", 0)
    assert only(host.memory_is_left, make_case()).state == "ok"
    monkeypatch.setattr(host, "_MEMORY_BYTES", psutil.virtual_memory().total)
    before = only(host.memory_is_left, make_case())
    assert (before.state, before.remedy) == ("warning", "End other programs.")
    monkeypatch.setattr(host, "_MEMORY_BYTES", 4 * psutil.virtual_memory().total)
    assert "workers may be killed" in only(host.memory_is_left, make_case(runs)).said


def test_a_disk_that_is_full(make_case: MakeCase) -> None:
    case = make_case()
    storage = case.home.storage
    storage.rmdir()
    storage.symlink_to("/proc")  # it has no room, and nobody makes a file in it
    findings = [each for each in host.disks_have_room(case) if each.state != "ok"]
    assert [each.state for each in findings] == ["problem"]
    assert "storage is full" in findings[0].said
    assert "df -h" in findings[0].remedy


def test_a_folder_that_may_not_be_written_to(make_case: MakeCase) -> None:
    case = make_case()
    case.home.storage.chmod(0o500)
    # For root modes are nothing, until it gives that right away.
    as_a_user = (
        ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.getuid() == 0 else []
    )

    def ask() -> list[Any]:
        doctor = [Path(sys.executable).with_name("aibox"), "doctor", "--json"]
        env = {**os.environ, "AIBOX_HOME": str(case.home.path)}
        done = subprocess.run([*as_a_user, *doctor], env=env, capture_output=True, check=False)
        findings = [each for each in json.loads(done.stdout)["findings"] if each["check"] == "disks"]
        return [each for each in findings if each["state"] != "ok"]

    (finding,) = ask()
    assert (finding["state"], "Permission denied" in finding["said"]) == ("problem", True)
    assert subprocess.run(finding["remedy"].partition(",")[0].split(), check=False).returncode == 0
    assert ask() == []


def test_disks(make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case()
    assert {state for state, _ in found(host.disks_have_room, case)} == {"ok"}
    monkeypatch.setattr("aibox_assets.local.disks.LOW_BYTES", 2**80)
    assert {state for state, _ in found(host.disks_have_room, case)} == {"warning"}
    case.home.run.rmdir()
    with pytest.raises(NotAskedError):
        found(host.disks_have_room, case)
