"""The jobs: named selections of assets, for sensors, the UI and programs."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job

from aibox_assets.stores.files import ASSETS

process_files_job = define_asset_job(
    "process_files_job",
    selection=AssetSelection.assets(*ASSETS),
    description="Chunks, embeddings and triples of the chosen files.",
)
