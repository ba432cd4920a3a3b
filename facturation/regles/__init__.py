"""Billing rules: pure functions, without a database or a clock."""
