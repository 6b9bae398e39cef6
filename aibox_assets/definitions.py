"""What Dagster loads: ``defs``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dagster import Definitions, LoggerDefinition, colored_console_logger

from aibox_assets.assets.chunks import chunks
from aibox_assets.assets.embeddings import embeddings
from aibox_assets.assets.io_manager import ParquetIOManager
from aibox_assets.assets.kg_triples import kg_triples
from aibox_assets.automation.jobs import process_files_job
from aibox_assets.automation.sensors import removal_sensor, retention_sensor, upload_sensor, watchdog_sensor
from aibox_assets.automation.upkeep import check_schedule, check_stores_job, clean_job, clean_schedule
from aibox_assets.execution.executor import celery_redis_executor
from aibox_assets.execution.logs import console_logger
from aibox_assets.resources.platform import current_platform

_PLAIN: Final = colored_console_logger.configured({"log_level": "INFO"})
_JSON: Final = LoggerDefinition(console_logger, description="JSON lines on standard error.")


def build_defs(*, overrides: Mapping[str, Any] | None = None) -> Definitions:
    """All definitions; *overrides* replaces resources by name, for tests."""
    platform = current_platform()
    tables = ParquetIOManager(platform.settings.storage_url)
    return Definitions(
        assets=[chunks, embeddings, kg_triples],
        jobs=[process_files_job, clean_job, check_stores_job],
        schedules=[clean_schedule, check_schedule],
        sensors=[upload_sensor, removal_sensor, watchdog_sensor, retention_sensor],
        executor=celery_redis_executor,
        # At DEBUG every event of every step would be formatted and printed; Dagster stores them anyway.
        loggers={"console": _JSON if platform.settings.log_format == "json" else _PLAIN},
        resources={"platform": platform, "tables": tables, "io_manager": tables, **(overrides or {})},
    )


defs = build_defs()
