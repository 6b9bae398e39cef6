"""What a process opens once and keeps: connections to the stores, and models."""
