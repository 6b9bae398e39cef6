"""A GLiNER model's files: where they are, which version they are, loading them. Nothing is downloaded here."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.errors import ConfigurationError, first_line
from aibox_assets.domain.hub import (
    CHECKPOINT_FILES,
    TOKENIZER_FILES,
    WEIGHTS,
    find_snapshot,
    parse_model,
    refuse_code,
    require_safetensors,
)

CONFIG: Final = "gliner_config.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A GLiNER model on disk.

    :ivar name: what extractions are known by: the hub's name without its commit, or the folder.
    :ivar backbone: the files of the encoder whose tokenizer it takes; None where it brings its own.
    """

    name: str
    folder: Path
    backbone: Path | None


def find_checkpoint(spec: str) -> Checkpoint:
    """The files of a GLiNER model: a folder, or a hub model in the local cache, ``NAME@COMMIT`` or
    ``NAME@COMMIT+COMMIT`` with the commit of the encoder that its tokenizer comes from.

    :raises ConfigurationError: there is no such folder or hub model here, it holds no GLiNER model, its weights
        are pickled, or it wants to run code of its own.
    """
    model = parse_model(spec)
    folder = Path(spec).expanduser()
    if not folder.is_dir():
        if spec.startswith((".", "/", "~")) or spec.count("/") > 1:
            raise ConfigurationError(
                f"There is no folder {spec} with a GLiNER model.",
                "Name a folder, a hub model or 'offline' in AIBOX_EXTRACTOR.",
            )
        folder = find_snapshot(model.name, model.commit, CHECKPOINT_FILES)
    if not (folder / CONFIG).is_file():
        raise ConfigurationError(
            f"{spec} is no GLiNER model: {folder} lacks {CONFIG}.",
            "Set AIBOX_EXTRACTOR to a GLiNER model of the hub, to a folder written by GLiNER's "
            "save_pretrained(…, safe_serialization=True), or to 'offline'.",
        )
    require_safetensors(spec, folder)
    backbone = backbone_of(folder)
    files = find_snapshot(backbone, model.backbone, TOKENIZER_FILES) if backbone is not None else None
    # GLiNER trusts code of the encoder's configuration (gliner 0.2.29, modeling/encoder.py).
    refuse_code(spec, folder / CONFIG, folder / "config.json", *([files / "config.json"] if files else []))
    return Checkpoint(model.name, folder, files)


def backbone_of(folder: Path) -> str | None:
    """The hub's encoder whose tokenizer the model of *folder* needs; None where it brings its own."""
    if any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json")):
        return None
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return str(config["model_name"])


def load_checkpoint(checkpoint: Checkpoint, threads: int) -> Any:
    """The model, ready to read.

    :raises ConfigurationError: it cannot be loaded.
    """
    import torch
    from gliner import GLiNER
    from safetensors import SafetensorError

    torch.set_num_threads(threads)
    try:
        with _with_tokenizer(checkpoint) as folder:
            model = GLiNER.from_pretrained(str(folder), local_files_only=True)
    except (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ConfigurationError(
            f"The GLiNER model in {checkpoint.folder} cannot be loaded: {first_line(error)}.",
            "Download it again, or set AIBOX_EXTRACTOR to 'offline'.",
        ) from error
    model.eval()
    return model


@contextmanager
def _with_tokenizer(checkpoint: Checkpoint) -> Iterator[Path]:
    """A folder that has all the model needs: where the encoder's files are others', it names them by their place.

    By its name GLiNER would take whatever commit of the encoder the cache calls the newest.
    """
    if checkpoint.backbone is None:
        yield checkpoint.folder
        return
    with tempfile.TemporaryDirectory(prefix="aibox-gliner-") as name:
        view = Path(name)
        for file in checkpoint.folder.iterdir():
            if file.name != CONFIG:
                (view / file.name).symlink_to(file.absolute())
        config = json.loads((checkpoint.folder / CONFIG).read_text(encoding="utf-8"))
        config["model_name"] = str(checkpoint.backbone)
        (view / CONFIG).write_text(json.dumps(config), encoding="utf-8")
        yield view


def digest_checkpoint(folder: Path) -> str:
    """A digest of the checkpoint's bytes: 12 hex digits that change when its weights or configuration do."""
    digest = hashlib.sha256()
    for path in (folder / WEIGHTS, folder / CONFIG):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
