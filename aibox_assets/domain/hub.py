"""Models of the hub by name and commit, ``NAME@COMMIT``, in the local cache. Nothing is downloaded here.

A name alone is whatever its owner put there last: it is resolved to a commit once, when a model is chosen
(``local/obtaining.py``), and exactly that is loaded. Only safetensors are: a pickle runs code when it is loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.errors import ConfigurationError

WEIGHTS: Final = "model.safetensors"
EMBEDDING_FILES: Final = (
    *("*.json", "*.txt", "*.model", WEIGHTS),
    *("1_Pooling/*.json", "2_Dense/*.json", f"2_Dense/{WEIGHTS}"),
)
CHECKPOINT_FILES: Final = ("*.json", "*.txt", "*.model", WEIGHTS)
TOKENIZER_FILES: Final = ("*.json", "*.txt", "*.model")
OTHER_FORMATS: Final = ("onnx/*", "openvino/*")
_PINNED: Final = re.compile(r"(?P<name>[^@#]+)@(?P<commit>[0-9a-f]{40})(\+(?P<backbone>[0-9a-f]{40}))?")
_PIN: Final = re.compile(r"@[0-9a-f]{40}(\+[0-9a-f]{40})?(?=#|$)")


@dataclass(frozen=True, slots=True)
class HubModel:
    """A model of the hub.

    :ivar commit: None where only the name is known: then what the cache calls the newest.
    :ivar backbone: the commit of the encoder that a GLiNER model takes its tokenizer from.
    """

    name: str
    commit: str | None = None
    backbone: str | None = None


def parse_model(spec: str) -> HubModel:
    """*spec* as ``NAME``, ``NAME@COMMIT`` or ``NAME@COMMIT+COMMIT``."""
    found = _PINNED.fullmatch(spec)
    return HubModel(found["name"], found["commit"], found["backbone"]) if found else HubModel(spec)


def without_pin(spec: str) -> str:
    """*spec* as a person would write it: without its commits."""
    return _PIN.sub("", spec)


def find_snapshot(name: str, commit: str | None, files: Sequence[str]) -> Path:
    """The files of a model in the local cache.

    :param files: patterns of those that must be there, which are those that were downloaded.
    :raises ConfigurationError: they are not there.
    """
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(
                name,
                revision=commit,
                allow_patterns=list(files),
                ignore_patterns=list(OTHER_FORMATS),
                local_files_only=True,
            )
        )
    except (OSError, ValueError) as error:
        at = f" at commit {commit}" if commit else ""
        raise ConfigurationError(
            f"The model {name}{at} is neither a folder nor in the local cache of the hub.",
            "Run 'aibox models fetch' on this machine, where the hub can be reached (HF_ENDPOINT, HF_HUB_OFFLINE).",
        ) from error


def require_safetensors(name: str, folder: Path) -> Path:
    """The weights in *folder*.

    :raises ConfigurationError: there are none, or only pickled ones.
    """
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise ConfigurationError(
            f"{name} has no {WEIGHTS} in {folder}. Pickled weights (.bin, .pt) are not loaded: they can run code.",
            "Take another model, or save this one as safetensors (save_pretrained(…, safe_serialization=True)).",
        )
    return weights


def refuse_code(name: str, *configs: Path) -> None:
    """Refuse a model whose configuration names Python code of its own (``auto_map``) anywhere.

    :raises ConfigurationError: it does.
    """
    for config in configs:
        if config.is_file() and _has_auto_map(json.loads(config.read_text(encoding="utf-8"))):
            raise ConfigurationError(
                f"{name} wants to run code that comes with it ({config.name}: auto_map); that is never done.",
                "Take another model.",
            )


def _has_auto_map(value: Any) -> bool:
    if isinstance(value, dict):
        return "auto_map" in value or any(_has_auto_map(each) for each in value.values())
    return isinstance(value, list) and any(_has_auto_map(each) for each in value)
