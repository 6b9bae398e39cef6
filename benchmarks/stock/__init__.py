"""Dagster as it comes: one run per file, stock executors, our stores and models inside of the assets."""
