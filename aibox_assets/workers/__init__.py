"""Worker processes: how they are started, watched, logged and asked what they do."""
