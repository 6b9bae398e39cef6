"""Weights that stay in their file: mapped into memory, so that all processes share one copy of what they touch.

Most of a multilingual encoder is its table of words, of which a text touches a few rows.
"""

from __future__ import annotations

import json
import mmap
import struct
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

import numpy as np
import numpy.typing as npt

_KINDS: Final = {"F32": "<f4", "F16": "<f2"}
_MAPS: Final[WeakSet[mmap.mmap]] = WeakSet()


def map_tensor(weights: Path, name: str) -> npt.NDArray[Any]:
    """One tensor of a safetensors file, read-only.

    :raises ValueError: the file is broken, or the tensor is not there or of a kind that numpy does not know.
    """
    header, begin = _read_header(weights)
    about = header.get(name)
    if about is None or about["dtype"] not in _KINDS:
        raise ValueError(f"{weights} has no {name} in floating point numbers of 16 or 32 bits")
    place, shape = begin + about["data_offsets"][0], tuple(about["shape"])
    with weights.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _MAPS.add(mapped)
    return np.ndarray(shape, _KINDS[about["dtype"]], buffer=mapped, offset=place)


def list_tensors(weights: Path) -> list[str]:
    """The names of those tensors of a safetensors file that :func:`map_tensor` gives.

    :raises ValueError: the file is broken.
    """
    header, _ = _read_header(weights)
    return [name for name, about in header.items() if about.get("dtype") in _KINDS]


def _read_header(weights: Path) -> tuple[dict[str, Any], int]:
    """What a safetensors file says of its tensors, and where the first begins."""
    with weights.open("rb") as file:
        start = file.read(8)
        if len(start) < 8:
            raise ValueError(f"{weights} ends early")
        (length,) = struct.unpack("<Q", start)
        if length > weights.stat().st_size:
            raise ValueError(f"{weights} is no safetensors file")
        header: dict[str, Any] = json.loads(file.read(length))
    return header, 8 + length


def give_back_pages() -> None:
    """Let go of what was touched of all mapped tensors: the kernel has it in its cache and maps it again when needed.

    With each row that is touched the kernel maps its neighbours, too: some 200 MB after a few hundred texts.
    """
    if hasattr(mmap, "MADV_DONTNEED"):  # Linux
        for mapped in list(_MAPS):
            mapped.madvise(mmap.MADV_DONTNEED)


def share_weights(model: Any, weights: Path) -> None:
    """Let the parameters of a torch module that stand in *weights* as they are be those in the file."""
    from safetensors.torch import load_file

    mapped = load_file(weights)
    for name, parameter in model.named_parameters():
        stored = mapped.get(name, mapped.get(f"{model.base_model_prefix}.{name}"))
        if stored is not None and (stored.dtype, stored.shape) == (parameter.dtype, parameter.shape):
            parameter.data = stored
