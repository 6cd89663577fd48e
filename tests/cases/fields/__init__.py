"""Longer programs, by field."""
