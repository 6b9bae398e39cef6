"""What is known of places, and whether a text bears out that one thing lies in another."""
