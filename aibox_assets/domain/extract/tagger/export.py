"""Makes the tagger's int8 form, as a process of its own: ``python -m … TAGGER ENCODER OUTPUT``.

It needs torch, onnxscript and a gigabyte; whoever tags with its result needs only onnxruntime.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from aibox_assets.domain.extract.tagger.artifact import NAMES_FILE, read_artifact
from aibox_assets.domain.extract.tagger.network import HIDDEN, Tagger
from aibox_assets.domain.hub import WEIGHTS

_INPUTS: Final = ("rows", "shares", "places", "shapes", "characters", "words")
_OUTPUTS: Final = ("states", "attention", "units", "labels")


class _OneText(nn.Module):
    def __init__(self, tagger: Tagger) -> None:
        super().__init__()
        self.tagger = tagger

    def forward(
        self,
        rows: Tensor,
        shares: Tensor,
        places: Tensor,
        shapes: Tensor,
        characters: Tensor,
        words: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        states, attention = self.tagger.states(rows)
        real = torch.ones(places.shape)
        units = self.tagger.units(states, shares, places, shapes, characters, words, real)
        return states[0], attention[0], units[0], self.tagger.label(units)[0].log_softmax(-1)


def load_tagger(folder: Path, encoder: Path) -> Tagger:
    """The trained tagger of *folder* on the encoder's weights, its adapters merged, ready to be used."""
    artifact = read_artifact(folder)
    tagger = Tagger(artifact.layers)
    tagger.load_encoder(encoder / WEIGHTS)
    state = {name: torch.from_numpy(value.copy()) for name, value in artifact.weights().items()}
    unknown = tagger.load_state_dict(state, strict=False).unexpected_keys
    if unknown:
        raise ValueError(f"{folder} has {', '.join(unknown)}, which the tagger does not know")
    tagger.merge()
    return tagger.eval()


def export(folder: Path, encoder: Path, output: Path, *, quantize: bool = True) -> None:
    """Write the graph for names to *output*; the matrices of the encoder in int8, as for embeddings."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    tagger = load_tagger(folder, encoder)
    pieces = torch.export.Dim("pieces", min=3, max=512)
    units = torch.export.Dim("units", min=2, max=4096)
    # Each of its own: the export takes one tensor that is given twice for one input.
    some = [torch.zeros(1, 9, dtype=torch.int64) for _ in range(4)]
    whole = output / f"{NAMES_FILE}.fp32"
    program = torch.onnx.export(
        _OneText(tagger).eval(),
        (torch.randn(1, 12, HIDDEN), torch.full((1, 9, 12), 0.1), *some),
        input_names=list(_INPUTS),
        output_names=list(_OUTPUTS),
        dynamic_shapes=({1: pieces}, {1: units, 2: pieces}, *({1: units} for _ in range(4))),
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    program.save(whole)
    if quantize:
        quantize_dynamic(
            whole,
            output / NAMES_FILE,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
        whole.unlink()
    else:
        whole.rename(output / NAMES_FILE)


if __name__ == "__main__":
    torch.set_num_threads(1)
    export(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
