"""What happens by itself: sensors that watch the folders, request runs, and clean up after files that are gone."""
