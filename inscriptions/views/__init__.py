"""The household's pages: no account, the signed key of the address opens them."""
