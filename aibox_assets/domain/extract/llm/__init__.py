"""Extraction by a language model: what it is asked, what of its answer holds, and asking it."""
