"""What people do, as functions over the stores; the faces (command line, HTTP, console) hold no rules."""
