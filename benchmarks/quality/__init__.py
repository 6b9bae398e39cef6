"""How good the results are, on public sets that nobody here wrote; figures go to ``docs/quality.md``."""
