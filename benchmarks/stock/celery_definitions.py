"""The stock assets under stock ``celery_executor``."""

from __future__ import annotations

from dagster_celery import celery_executor

from benchmarks.stock.assets import build_stock_definitions
from benchmarks.stock.celery_config import celery_addresses

defs = build_stock_definitions(celery_executor.configured(celery_addresses()))
