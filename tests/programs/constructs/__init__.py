"""More constructs for `make_settings`: each is tried by itself and in a loop."""
