"""What becomes of our costs as there is more: files, rows, time."""
