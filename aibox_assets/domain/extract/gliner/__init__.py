"""The extractor on a GLiNER model."""
