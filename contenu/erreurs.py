"""Refusals of this app."""


class SaisieDepassee(Exception):  # noqa: N818 - an answer, not a fault
    """Another agent wrote this week of menus since the page was opened."""
