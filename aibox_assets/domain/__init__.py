"""What the system does to a document, as plain functions: no I/O beyond the bytes given, no Dagster, no driver."""
