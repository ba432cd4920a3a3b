"""Households in the staff's site."""

from familles.admin import famille, suivi

__all__ = ["famille", "suivi"]
