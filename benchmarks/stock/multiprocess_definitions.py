"""The stock assets under Dagster's default executor for jobs of many steps."""

from __future__ import annotations

from dagster import multiprocess_executor

from benchmarks.stock.assets import build_stock_definitions

defs = build_stock_definitions(multiprocess_executor)
