"""What the system costs, measured against the bare models and against other ways to run the same work."""
