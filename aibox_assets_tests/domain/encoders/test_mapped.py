"""Weights are read where they lie: what many processes use is in memory once."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from aibox_assets.domain.embed import ENGLISH, describe_model
from aibox_assets.domain.encoders.full import FullEncoder
from aibox_assets.domain.encoders.mapped import give_back_pages, map_tensor

WEIGHTS = describe_model(ENGLISH).folder / "model.safetensors"


def test_a_tensor_is_what_the_library_reads() -> None:
    name = "embeddings.word_embeddings.weight"
    mapped = map_tensor(WEIGHTS, name)
    np.testing.assert_array_equal(mapped, load_file(WEIGHTS)[name])
    with pytest.raises(ValueError, match="read-only"):
        mapped[0, 0] = 1


def test_touched_pages_are_given_back_and_come_again(tmp_path: Path) -> None:
    weights = tmp_path / "weights"  # of its own: others in this process may have the encoder's mapped
    save_file({"words": np.arange(2_000_000, dtype=np.float32)}, weights)
    mapped = map_tensor(weights, "words")
    before = mapped.copy()
    assert _resident_kib(weights) > mapped.nbytes / 2048
    give_back_pages()
    assert _resident_kib(weights) == 0
    np.testing.assert_array_equal(mapped, before)


def _resident_kib(file: Path) -> int:
    resident, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            ours = line.endswith(str(file.resolve()))
        elif ours and line.startswith("Rss:"):
            resident += int(line.split()[1])
    return resident


def test_what_cannot_be_mapped_is_refused(tmp_path: Path) -> None:
    save_file({"whole": np.arange(3)}, tmp_path / "numbers")
    (tmp_path / "empty").touch()
    (tmp_path / "other").write_bytes(b"no weights at all")
    for file in ("numbers", "empty", "other"):
        with pytest.raises(ValueError, match=file):
            map_tensor(tmp_path / file, "whole")


def test_a_full_encoder_holds_no_copy_of_its_weights() -> None:
    model = describe_model(ENGLISH)
    encoder = FullEncoder(model.folder, model.tokens(), threads=1)
    table = encoder.model[0].auto_model.get_input_embeddings().weight.data_ptr()
    held = [
        line.rsplit(maxsplit=1)[-1]
        for line in Path("/proc/self/maps").read_text().splitlines()
        if (found := re.match(r"([0-9a-f]+)-([0-9a-f]+)", line))
        and int(found[1], 16) <= table < int(found[2], 16)
    ]
    assert [Path(file).resolve() for file in held] == [WEIGHTS.resolve()]
