"""The command-line program ``aibox``."""
