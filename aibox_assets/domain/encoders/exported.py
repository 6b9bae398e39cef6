"""The int8 form of a model on disk: made once per machine, kept beside the hub's cache (``HF_HOME``)."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aibox_assets.domain.encoders.kept import kept_folder, locked_for_making
from aibox_assets.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from aibox_assets.domain.encoders.graph_encoder import GraphEncoder
    from aibox_assets.domain.encoders.tokens import Tokens

EXPORT_SECONDS: Final = 900
# Below it the form is broken rather than coarse: one scale per weight matrix costs as much.
LEAST_COSINE: Final = 0.95
# Raised when the file has other inputs.
_LAYOUT: Final = 3
_TOOLS: Final = ("torch", "onnxscript", "onnxruntime")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the int8 form costs and gives, measured on this machine when it was made.

    :ivar cosine: of its vectors to those in full precision, on average over a few English and Chinese texts.
    :ivar worst_cosine: the lowest of them.
    :ivar speedup: time of processor that full precision takes, over its own.
    """

    cosine: float
    worst_cosine: float
    speedup: float


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """The int8 form of the model in *folder*, which may or may not have been made.

    :ivar name: for people.
    :ivar revision: of the vectors; it does not change with the versions of the tools.
    """

    name: str
    folder: Path
    revision: str
    max_tokens: int

    @property
    def file(self) -> Path:
        """The ONNX file; other versions of the tools write another one."""
        tools = "-".join(version(tool).partition("+")[0] for tool in _TOOLS)
        return kept_folder("int8") / f"{self.revision}-{_LAYOUT}-{tools}.onnx"

    def measurement(self) -> Measurement | None:
        """What was measured when it was made; None where it is not made yet."""
        if not self.file.is_file():
            return None
        return Measurement(**json.loads(self.file.with_suffix(".json").read_text(encoding="utf-8")))

    def make(self) -> None:
        """Export it, once for all processes of this machine; some 20 seconds, in a process of its own.

        :raises ConfigurationError: the model has no int8 form, or its vectors would be too far off.
        """
        with locked_for_making(self.file, f"The int8 form of {self.name}") as lock:
            if not self.file.is_file():
                self._export(lock)

    def load(self, tokens: Tokens, threads: int) -> GraphEncoder:
        """The encoder; a file that a crash left broken is made again.

        :raises ConfigurationError: as :meth:`make`; or what was made cannot be loaded.
        """
        from onnxruntime.capi import onnxruntime_pybind11_state as state

        from aibox_assets.domain.encoders.graph_encoder import GraphEncoder

        # ONNX Runtime has no base class for them, and says "Fail" or "InvalidGraph" of a file that ends early.
        broken: Any = (state.Fail, state.InvalidProtobuf, state.InvalidGraph, state.InvalidArgument)
        for attempt in (1, 2):
            self.make()
            try:
                return GraphEncoder(
                    self.file,
                    self.folder,
                    tokens,
                    threads=threads,
                )
            except broken as error:
                if attempt == 2:
                    raise self._refusal(str(error)) from error
                _log.warning("%s is broken (%s); it is made again.", self.file, error)
                self.file.unlink(missing_ok=True)
        raise AssertionError("unreachable")

    def _export(self, lock: int) -> None:
        _log.info("Making the int8 form of %s, once.", self.name)
        draft = self.file.with_suffix(".draft")
        command = [sys.executable, "-W", "ignore", "-m", "aibox_assets.domain.encoders.export"]
        try:
            done = subprocess.run(
                [*command, str(self.folder), str(self.max_tokens), str(draft)],
                capture_output=True,
                text=True,
                timeout=EXPORT_SECONDS,
                pass_fds=[lock],  # held as long as the child writes, also when this process is killed
            )
            if done.returncode != 0:
                raise self._refusal((done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1])
            said = done.stdout.strip().splitlines()[-1]
            measured = Measurement(**json.loads(said))
            if measured.cosine < LEAST_COSINE:
                raise self._refusal(f"the cosine to full precision is {measured.cosine:.3f} only")
            self.file.with_suffix(".json").write_text(said, encoding="utf-8")
            draft.replace(self.file)
        except subprocess.TimeoutExpired as error:
            raise self._refusal(f"the export took more than {EXPORT_SECONDS} seconds") from error
        finally:
            for left in (draft, draft.with_name(draft.name + ".fp32")):
                left.unlink(missing_ok=True)

    def _refusal(self, reason: str) -> ConfigurationError:
        return ConfigurationError(
            f"{self.name} has no int8 form: {reason.rstrip('.')}.",
            f"Use the model in full precision: 'aibox models use {self.name.removesuffix('#int8')}'.",
        )
