"""Files as users have them, given to `s2sad gen`; what is emitted for each stands in ../golden."""
