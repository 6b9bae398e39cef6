"""Having models on disk: of a wheel, of a folder, or of the hub, with the name by which every process finds them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx

from aibox_assets.domain.embed import BUILT_IN, INT8, describe_model
from aibox_assets.domain.errors import ConfigurationError, first_line
from aibox_assets.domain.extract.llm.extractor import PREFIX
from aibox_assets.domain.extract.versions import OWN_TAGGER
from aibox_assets.domain.hub import (
    CHECKPOINT_FILES,
    EMBEDDING_FILES,
    OTHER_FORMATS,
    TOKENIZER_FILES,
    parse_model,
)
from aibox_assets.domain.rerank import find_reranker
from aibox_assets.domain.translation.dictionary import open_dictionary
from aibox_assets.resources.language_model import chat_model
from aibox_assets.settings import load_settings

OFFLINE_EXTRACTOR: Final = "offline"


def obtain_embedding(name: str) -> str:
    """Have the model on disk, downloaded with a progress bar where it is one of the hub.

    The int8 form of a model and the dictionary of searches are made here, once, so that nobody waits for them.

    :returns: its name for every process: a folder's absolute path, or ``NAME@COMMIT``.
    :raises ConfigurationError: it cannot be had, or is no embedding model, or has no int8 form.
    """
    name, form = name.removesuffix(INT8), INT8 if name.endswith(INT8) else ""
    if name not in BUILT_IN and (folder := _folder(name)) is not None:
        name = str(folder)
    elif name not in BUILT_IN:
        model = parse_model(name)
        name = f"{model.name}@{_download(model.name, model.commit, EMBEDDING_FILES).name}"
    exported = describe_model(name + form).exported
    if exported is not None and exported.measurement() is None:
        print(f"Making the int8 form of {name}, once: about half a minute.", file=sys.stderr)
        exported.make()
    with suppress(ConfigurationError):  # searches go on without it, and doctor says why
        open_dictionary()
    return name + form


def obtain_extractor(name: str) -> str:
    """Have the extractor on disk, downloaded with a progress bar where it is one of the hub.

    :returns: its name for every process: a folder's absolute path, or ``NAME@COMMIT``, or ``NAME@COMMIT+COMMIT``:
        many checkpoints leave tokenizer and configuration to the encoder that they were trained from.
    :raises ConfigurationError: it cannot be had, or is no GLiNER model.
    """
    from aibox_assets.domain.extract.gliner.checkpoint import CONFIG, backbone_of, find_checkpoint

    if name.startswith(PREFIX):
        chat_model(load_settings(), name.removeprefix(PREFIX))
        return name
    if name == OFFLINE_EXTRACTOR:
        return name
    if name.startswith(OWN_TAGGER):
        from aibox_assets.domain.extract.tagger.artifact import read_artifact

        folder = Path(name.removeprefix(OWN_TAGGER)).expanduser().absolute()
        read_artifact(folder)
        return f"{OWN_TAGGER}{folder}"
    model, at = parse_model(name), _folder(name)
    folder = at or _download(model.name, model.commit, CHECKPOINT_FILES)
    name = str(at) if at else f"{model.name}@{folder.name}"
    if (folder / CONFIG).is_file() and (backbone := backbone_of(folder)) is not None:
        commit = _download(backbone, model.backbone, TOKENIZER_FILES).name
        name = name if at else f"{name}+{commit}"
    find_checkpoint(name)
    return name


def obtain_reranker(name: str) -> str:
    """Have the re-ranker on disk, downloaded with a progress bar where it is one of the hub.

    :returns: its name: a folder's absolute path, or ``NAME@COMMIT``.
    :raises ConfigurationError: it cannot be had, its weights are pickled, or it wants to run code of its own.
    """
    model, at = parse_model(name), _folder(name)
    folder = at or _download(model.name, model.commit, CHECKPOINT_FILES)
    name = str(at) if at else f"{model.name}@{folder.name}"
    find_reranker(name)
    return name


def _folder(name: str) -> Path | None:
    """The folder that *name* is; None where it must be a model of the hub.

    :raises ConfigurationError: it is written as a path, and there is no such folder.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.absolute()
    if name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise ConfigurationError(
            f"There is no folder {name} with a model.",
            "Give the folder of a model, or a model's name on the hub.",
        )
    return None


def _download(name: str, commit: str | None, files: Sequence[str]) -> Path:
    """The model's files; the folder is called as its commit, which the hub resolved before the first file."""
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(
                name, revision=commit, allow_patterns=list(files), ignore_patterns=list(OTHER_FORMATS)
            )
        )
    except (OSError, ValueError, httpx.HTTPError) as error:
        raise ConfigurationError(
            f"The model {name} cannot be downloaded: {first_line(error)}.",
            "Check the name and the network (HF_ENDPOINT, HF_HUB_OFFLINE), or give the folder of a model.",
        ) from error
