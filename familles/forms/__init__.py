"""Forms of the accounts and households, one module per page."""
