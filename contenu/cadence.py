"""How many messages one place may send in an hour, counted in the cache that all processes share."""

from __future__ import annotations

import hashlib
import ipaddress

from django.core.cache import cache

FENETRE_SECONDES = 3600
#: A school, a library or a phone network stands behind one address: a few families at once must pass.
PAR_RESEAU = 10
PAR_DESTINATAIRE = 5


def prendre(*, reseau: str | None, destinataire: str, usage: str = "contact") -> bool:
    """Take a place for a message; false when the network or the reply address has used all of its own."""
    return prendre_une_place(f"{usage} reseau:{groupe(reseau)}", PAR_RESEAU) and prendre_une_place(
        f"{usage} adresse:{destinataire.strip().lower()}", PAR_DESTINATAIRE
    )


def prendre_une_place(qui: str, places: int) -> bool:
    """Take the first free place: ``add`` is atomic, so two requests never hold the same one."""
    base = hashlib.sha256(qui.encode()).hexdigest()[:32]
    cles = [f"cadence:{base}:{rang}" for rang in range(places)]
    prises = cache.get_many(cles)
    return any(cle not in prises and cache.add(cle, 1, FENETRE_SECONDES) for cle in cles)


def groupe(adresse: str | None) -> str:
    """Return the IPv4 address, or the /64 of an IPv6 one: a home has a whole /64 to itself."""
    if not adresse:
        return "inconnu"
    if ipaddress.ip_address(adresse).version == 4:
        return adresse
    return str(ipaddress.ip_network(f"{adresse}/64", strict=False))
