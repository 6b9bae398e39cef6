"""AI-Box assets: every dropped file becomes chunks, embeddings and knowledge-graph triples, on Dagster."""

__version__ = "0.1.0"
