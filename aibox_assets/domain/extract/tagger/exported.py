"""The int8 form of a tagger on disk: made once per machine, kept beside the hub's cache (``HF_HOME``)."""

from __future__ import annotations

import logging
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from aibox_assets.domain.encoders.kept import keep_once, kept_folder
from aibox_assets.domain.errors import ConfigurationError
from aibox_assets.domain.extract.tagger.artifact import Artifact

_SECONDS: Final = 900
_TOOLS: Final = ("torch", "onnxscript", "onnxruntime")
# Raised when the same weights give other files.
_LAYOUT: Final = 1

_log = logging.getLogger(__name__)


def exported_tagger(artifact: Artifact, encoder: Path) -> Path:
    """The folder with the int8 form of *artifact* on *encoder*; made in a process of its own, some 20 seconds.

    :raises ConfigurationError: it cannot be made or kept.
    """
    tools = "-".join(version(tool).partition("+")[0] for tool in _TOOLS)
    kept = (
        kept_folder("int8")
        / f"tagger-{artifact.weights_digest}-{artifact.layers}-{_LAYOUT}-{encoder.name[-16:]}-{tools}"
    )
    keep_once(kept, lambda draft: _export(artifact, encoder, draft), "The int8 form of the tagger")
    return kept


def _export(artifact: Artifact, encoder: Path, output: Path) -> None:
    _log.info("Making the int8 form of the tagger, once.")
    command = [sys.executable, "-W", "ignore", "-m", "aibox_assets.domain.extract.tagger.export"]
    try:
        done = subprocess.run(
            [*command, str(artifact.folder), str(encoder), str(output)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        reason = (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
    except subprocess.TimeoutExpired:
        reason = f"it took more than {_SECONDS} seconds"
    else:
        if done.returncode == 0:
            return
    raise ConfigurationError(
        f"The int8 form of the tagger cannot be made: {reason.rstrip('.')}.",
        "Install the pinned versions again (requirements.lock).",
    )
