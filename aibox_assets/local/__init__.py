"""A home on this machine: its embedded servers, and how it is started, watched, stopped, examined and backed up."""
