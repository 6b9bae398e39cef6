"""One module per page of the menu."""
