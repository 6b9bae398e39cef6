"""A trained tagger on disk: its weights without the encoder's, and what is to be known about them.

Large matrices are kept in eight bits, a scale for each row (``NAME.scale``), the rest in sixteen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.errors import ConfigurationError

WEIGHTS_FILE: Final = "weights.safetensors"
DESCRIPTION_FILE: Final = "tagger.json"
NAMES_FILE: Final = "names.onnx"
PAIRS_FILE: Final = "pairs.onnx"
RELATIONS_FILE: Final = "relations.onnx"
BUILT_IN: Final = Path(__file__).with_name("built_in")
_SCALE: Final = ".scale"
_LARGE: Final = 50_000
# Raised when the same weights find other names in a text, since it is cut or decoded otherwise.
_READING: Final = b"2"

Floats = npt.NDArray[np.float32]
Line = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Artifact:
    """:ivar layers: of the encoder that it uses.
    :ivar names: slope and offset that turn a name's log odds into those of being right.
    :ivar sure: by relation, slope and offset that turn its margin into the log odds of being right.
    :ivar digest: of all of it, 16 hex digits. :ivar weights_digest: of the weights alone.
    """

    folder: Path
    layers: int
    names: Line
    sure: Mapping[str, Line]
    digest: str
    weights_digest: str

    def description(self, names: Line, sure: Mapping[str, Line]) -> dict[str, object]:
        """What is to be known of the same tagger with other lines."""
        return {"layers": self.layers, "names": names, "sure": dict(sure)}

    def weights(self) -> dict[str, Floats]:
        """Adapters and heads by their names in the network."""
        from safetensors.numpy import load_file

        stored = load_file(self.folder / WEIGHTS_FILE)
        return {
            name: value.astype(np.float32) * _broadcast(stored.get(name + _SCALE), value.ndim)
            for name, value in stored.items()
            if not name.endswith(_SCALE)
        }


def read_artifact(folder: Path) -> Artifact:
    """The tagger in *folder*.

    :raises ConfigurationError: there is none, or its description lacks something.
    """
    try:
        described = (folder / DESCRIPTION_FILE).read_bytes()
        weights = (folder / WEIGHTS_FILE).read_bytes()
        fields: Mapping[str, Any] = json.loads(described)
        return Artifact(
            folder,
            int(fields["layers"]),
            (float(fields["names"][0]), float(fields["names"][1])),
            {name: (float(a), float(b)) for name, (a, b) in fields["sure"].items()},
            hashlib.sha256(hashlib.sha256(described).digest() + weights + _READING).hexdigest()[:16],
            hashlib.sha256(weights).hexdigest()[:16],
        )
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{folder} has no tagger that can be read ({error}).",
            "Name a folder that 'aibox models train-extractor' has made, or set AIBOX_EXTRACTOR to offline.",
        ) from error


def write_artifact(folder: Path, weights: Mapping[str, Floats], description: Mapping[str, object]) -> None:
    """Keep *weights* and their *description* (the fields of :class:`Artifact`) in *folder*."""
    from safetensors.numpy import save_file

    stored: dict[str, npt.NDArray[Any]] = {}
    for name, value in weights.items():
        if value.size < _LARGE or ".up" in name or ".down" in name:
            stored[name] = value.astype(np.float16)
            continue
        rows = np.abs(value).reshape(len(value), -1).max(1)
        scale = np.maximum(rows / 127, 1e-8).astype(np.float32)
        stored[name] = np.rint(value / _broadcast(scale, value.ndim)).astype(np.int8)
        stored[name + _SCALE] = scale
    folder.mkdir(parents=True, exist_ok=True)
    save_file(stored, folder / WEIGHTS_FILE)
    (folder / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


def _broadcast(scale: Floats | None, dimensions: int) -> Floats:
    if scale is None:
        return np.ones((), np.float32)
    return scale.reshape(-1, *(1 for _ in range(dimensions - 1)))
