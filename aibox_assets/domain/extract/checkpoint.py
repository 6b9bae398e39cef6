"""A GLiNER model's files: where they are, which version they are, loading them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from aibox_assets.domain.errors import ConfigurationError, StoreUnavailableError

WEIGHT_FILES: Final = ("model.safetensors", "pytorch_model.bin")
CHECKPOINT_FILES: Final = ("*.json", "*.txt", "*.model", *WEIGHT_FILES)


def find_checkpoint(spec: str) -> Path:
    """The folder of a GLiNER model: *spec* itself, or the hub's files, downloaded where they are not yet here.

    :raises ConfigurationError: there is no such folder or hub model, or it holds no GLiNER model.
    :raises StoreUnavailableError: the model is not in the local cache, and the hub did not give it.
    """
    folder = Path(spec).expanduser()
    if not folder.is_dir():
        if spec.startswith((".", "/", "~")) or spec.count("/") > 1:
            raise ConfigurationError(
                f"There is no folder {spec} with a GLiNER model.",
                "Name a folder, a hub model or 'offline' in AIBOX_EXTRACTOR.",
            )
        folder = _from_hub(spec)
    if not (folder / "gliner_config.json").is_file() or _weights(folder) is None:
        raise ConfigurationError(
            f"{spec} is no GLiNER model: {folder} lacks gliner_config.json or the weights.",
            "Set AIBOX_EXTRACTOR to a GLiNER model of the hub, to a folder written by GLiNER's "
            "save_pretrained, or to 'offline'.",
        )
    return folder


def _from_hub(spec: str) -> Path:
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        try:
            return Path(snapshot_download(spec, local_files_only=True))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(spec, allow_patterns=list(CHECKPOINT_FILES)))
    except (RepositoryNotFoundError, ValueError) as error:
        raise ConfigurationError(
            f"The model hub knows no GLiNER model {spec!r}.",
            "Correct AIBOX_EXTRACTOR, or set it to 'offline'.",
        ) from error
    except (OSError, httpx.HTTPError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise StoreUnavailableError(
            f"The GLiNER model {spec!r} is not in the local cache, and the hub did not give it: {reason}.",
            "Check the network (HF_ENDPOINT, HF_HUB_OFFLINE), or name a folder or 'offline' in AIBOX_EXTRACTOR.",
        ) from error


def backbone_of(folder: Path) -> str | None:
    """The hub's encoder whose tokenizer the model of *folder* needs; None where it brings its own."""
    if any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json")):
        return None
    config = json.loads((folder / "gliner_config.json").read_text(encoding="utf-8"))
    return str(config["model_name"])


def load_checkpoint(folder: Path, threads: int) -> Any:
    """The model of *folder*, ready to read.

    :raises ConfigurationError: it cannot be loaded.
    """
    from pickle import UnpicklingError

    import torch
    from gliner import GLiNER
    from safetensors import SafetensorError

    torch.set_num_threads(threads)
    try:
        model = GLiNER.from_pretrained(str(folder))
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        UnpicklingError,
        SafetensorError,
    ) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ConfigurationError(
            f"The GLiNER model in {folder} cannot be loaded: {reason}.",
            "Download it again, or set AIBOX_EXTRACTOR to 'offline'.",
        ) from error
    model.eval()
    return model


def _weights(folder: Path) -> Path | None:
    return next((folder / name for name in WEIGHT_FILES if (folder / name).is_file()), None)


def digest_checkpoint(folder: Path) -> str:
    """A digest of the checkpoint's bytes: 12 hex digits that change when its weights or configuration do."""
    digest = hashlib.sha256()
    for path in (_weights(folder), folder / "gliner_config.json"):
        if path is not None:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
