"""The client's network address, believed only as far as our own proxies wrote it."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def adresse_du_client(request: HttpRequest) -> str | None:
    """Return the address seen by the outermost of our proxies, or nothing that could be made up by the client."""
    adresse = request.META.get("REMOTE_ADDR", "")
    if settings.NOMBRE_DE_PROXYS:
        vues = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        adresse = vues[-settings.NOMBRE_DE_PROXYS] if len(vues) >= settings.NOMBRE_DE_PROXYS else ""
    try:
        return str(ipaddress.ip_address(adresse.strip()))
    except ValueError:
        return None
