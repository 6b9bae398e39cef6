"""What turns texts into vectors, one module each: in full precision, or in whole numbers of eight bits."""
