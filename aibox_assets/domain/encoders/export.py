"""Makes the int8 form of a model, as a process of its own: ``python -m … FOLDER MAX_TOKENS OUTPUT``.

A model of BERT's kind is written by :mod:`bert`; the export of any other needs torch, onnxscript and a gigabyte.
Whoever encodes with the result needs only onnxruntime.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from aibox_assets.domain.encoders.bert import WORDS, find_bert
from aibox_assets.domain.encoders.full import FullEncoder
from aibox_assets.domain.encoders.graph_encoder import GraphEncoder
from aibox_assets.domain.encoders.mapped import map_tensor
from aibox_assets.domain.encoders.tokens import FileTokens
from aibox_assets.domain.hub import WEIGHTS

# Texts of the two languages, so that the encoders for either are compared on something they know.
_PROBES: Final = (
    "The storm closed the highway south of the city, and several hundred people left their homes overnight.",
    "The board approved the budget on Monday; the finance director expects the first profit next spring.",
    "Doctors at the university hospital found that a daily walk lowers blood pressure in older patients.",
    "How many workers lost their jobs when the airline went into administration?",
    "北风电池的总部设在高雄，工厂在台南，去年的销售额增长了百分之十二。",
    "公司董事会星期一批准了预算，财务总监预计明年春天开始盈利。",
)
_MEASUREMENTS: Final = 3
# Stands for every token where only their number matters; models that count positions skip the padding's id, 0 or 1.
_SOME_ID: Final = 5


def export(folder: Path, max_tokens: int, output: Path) -> dict[str, float]:
    """Write the int8 ONNX form of the model in *folder* to *output*, and measure it against fp32.

    The graph takes the embeddings of the words of one text, shape ``(tokens, hidden)``, and gives its vector,
    shape ``(1, dimension)``: pooling (mean, CLS, …) and further layers are part of it, as the model's ``modules.json``
    has them. The table of words, most of a multilingual model, stays where it is (:mod:`mapped`).
    Weights are quantized per output channel (one scale per matrix costs 0.05 of cosine) and in 7 bits:
    with 8, processors without VNNI overflow in ``vpmaddubsw`` and give other vectors than those with it.

    :returns: the cosine of both forms' vectors, on average and at worst, and how often int8 is faster.
    """
    tokens = FileTokens(folder, max_tokens)
    whole = output.with_name(output.name + ".fp32")
    full: FullEncoder | GraphEncoder
    try:
        if (bert := find_bert(folder)) is not None:
            bert.write(output, int8=True)
            bert.write(whole, int8=False)
            full = GraphEncoder(whole, folder, tokens, threads=1)
        else:
            full = FullEncoder(folder, tokens, threads=1)
            _export_whole(full, whole)
            _quantize(whole, output)
            _note(output, {WORDS: _name_words(full, folder)})
    finally:
        whole.unlink(missing_ok=True)
    return _compare(full, GraphEncoder(output, folder, tokens, threads=1))


def _quantize(whole: Path, output: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        whole,
        output,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )


def _name_words(full: FullEncoder, folder: Path) -> str:
    """The name that the table of words has among the model's weights."""
    from safetensors import safe_open

    model = full.model[0].auto_model
    table = model.get_input_embeddings().weight
    name = next(name for name, parameter in model.named_parameters() if parameter is table)
    with safe_open(folder / WEIGHTS, framework="numpy") as weights:
        stored = [each for each in weights.keys() if each == name or each.endswith(f".{name}")]  # noqa: SIM118
    if len(stored) != 1:
        raise ValueError(f"{folder / WEIGHTS} has no {name}")
    map_tensor(folder / WEIGHTS, stored[0])
    return str(stored[0])


def _export_whole(full: FullEncoder, output: Path) -> None:
    import torch

    given: list[torch.Tensor] = []

    class GivenRows(torch.nn.Module):
        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            return given[-1]

    class OneText(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = full.model

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            given.append(rows.unsqueeze(0))
            ids = torch.full((1, rows.shape[0]), _SOME_ID, dtype=torch.int64)
            features = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
            vector: torch.Tensor = self.encoder(features)["sentence_embedding"]
            return vector

    model = full.model[0].auto_model
    words = model.get_input_embeddings()
    tokens = torch.export.Dim("tokens", min=2, max=full.model.max_seq_length)
    model.set_input_embeddings(GivenRows())
    try:
        program = torch.onnx.export(
            OneText().eval(),
            (words(torch.arange(5, 21)).detach(),),
            input_names=["rows"],
            output_names=["vector"],
            dynamic_shapes=({0: tokens},),
            dynamo=True,
            verbose=False,
        )
    finally:
        model.set_input_embeddings(words)
    assert program is not None
    program.save(output)


def _note(output: Path, notes: Mapping[str, str]) -> None:
    """Write *notes* into an ONNX file."""
    import onnx

    graph = onnx.load(output)
    onnx.helper.set_model_props(graph, dict(notes))
    onnx.save(graph, output)


def _compare(full: FullEncoder | GraphEncoder, int8: GraphEncoder) -> dict[str, float]:
    probes = [" ".join(_PROBES[i:] + _PROBES[:i]) for i in range(len(_PROBES))] + list(_PROBES)
    seconds = {"full": float("inf"), "int8": float("inf")}
    vectors: dict[str, npt.NDArray[np.float32]] = {}
    for _ in range(_MEASUREMENTS):
        for name, encoder in (("full", full), ("int8", int8)):
            began = time.process_time()
            vectors[name] = np.concatenate([encoder.encode([text]) for text in probes])
            seconds[name] = min(seconds[name], time.process_time() - began)
    cosines: Any = np.sum(vectors["full"] * vectors["int8"], axis=1)
    return {
        "cosine": float(cosines.mean()),
        "worst_cosine": float(cosines.min()),
        "speedup": seconds["full"] / seconds["int8"],
    }


if __name__ == "__main__":
    print(json.dumps(export(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
