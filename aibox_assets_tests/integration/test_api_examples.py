"""Every example of docs/api.md, run as it stands in one shell, against a whole home."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aibox_assets_tests.integration.real_home import RealHome

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
# The page uses jq, which a test must not need: the same for the two questions that are asked of it.
JQ = r"""
jq() { python3 -c 'import json, re, sys
asked, data = sys.argv[-1], json.load(sys.stdin)
if "==" in asked:
    path, wanted = asked.split(" == ")
else:
    path, wanted = asked, None
for part in re.findall(r"\w+", path):
    data = data[int(part)] if part.isdigit() else data[part]
if wanted is None:
    print(data)
else:
    sys.exit(json.loads(wanted) != data)' "$@"; }
"""


def test_the_examples_run_as_they_stand(home: RealHome, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    script = "\n".join(("set -euo pipefail", JQ, *blocks))
    programs = Path(sys.executable).parent  # where `aibox` is
    env = {
        **home.env,
        "PATH": f"{programs}:{home.env['PATH']}",
        "API": home.api,
        "KEY": home.key("examples")["Authorization"].removeprefix("Bearer "),
    }
    done = subprocess.run(
        ["bash", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Cork Mills" in done.stdout
    assert "<graphml" in (tmp_path / "graph.xml").read_text(encoding="utf-8")
    assert "page 2 is read" in done.stdout
    assert f"Installation  {home.api}" in done.stdout

    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert "finished {'chunks': 1" in ran.stdout
    assert "leads Cork Mills" in ran.stdout
