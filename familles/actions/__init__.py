"""Writes of the accounts and households, one module per gesture."""
