"""Each construct alone and in three settings; written by make_settings.py."""
