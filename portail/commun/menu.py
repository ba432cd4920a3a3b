"""Entries of the information menu: values, so that what they give once rendered can be kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntreeDeMenu:
    """A page of the menu, or a heading; ``url`` is empty for a heading that has no text of its own."""

    titre: str
    url: str
    enfants: tuple[EntreeDeMenu, ...] = ()
    #: Kind and size of a file to download.
    detail: str = ""

    @property
    def adresses(self) -> frozenset[str]:
        """Addresses to which this entry or one of its children leads."""
        return frozenset(url for url in (self.url, *(enfant.url for enfant in self.enfants)) if url)
