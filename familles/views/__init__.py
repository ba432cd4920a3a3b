"""Pages of the accounts and households, one module per subject."""
