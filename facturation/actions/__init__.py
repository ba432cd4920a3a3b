"""Every write of billing that means something, one module per document or gesture."""
