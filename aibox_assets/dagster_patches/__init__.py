"""What Dagster has no setting for; each module names what it replaces and when it can go."""
