"""Measurements of the pages on towns of different sizes: ``python -m bench``."""
