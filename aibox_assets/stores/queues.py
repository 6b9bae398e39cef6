"""The names of the three queues, and what is made on each."""

from __future__ import annotations

from typing import Final

from aibox_assets.stores.files import CHUNKS, EMBEDDINGS, KG_TRIPLES

FILE_PROCESSING: Final = "file_processing"
VECTORIZATION: Final = "vectorization"
KG_EXTRACTION: Final = "kg_extraction"

QUEUES: Final = (FILE_PROCESSING, VECTORIZATION, KG_EXTRACTION)
QUEUE_OF: Final = {CHUNKS: FILE_PROCESSING, EMBEDDINGS: VECTORIZATION, KG_TRIPLES: KG_EXTRACTION}
"""The queue on which each asset is made."""
ASSET_OF: Final = {queue: asset for asset, queue in QUEUE_OF.items()}
"""The asset that each queue makes."""
