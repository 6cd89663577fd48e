"""Programs that write arrays in place (issue 3): stores, views, aliases, `out=`, kernels."""
