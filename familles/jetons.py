"""Signed keys that travel in mails: each is for one gesture, ends by itself, and dies once it has served.

They carry no secret; what they name is read again from the database, so a change made meanwhile makes them void.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from familles.models import Utilisateur

DUREE_CONFIRMATION = timedelta(days=3)
DUREE_RETOUR = timedelta(days=3)
DUREE_ACTIVATION = timedelta(days=7)
_SEL = "familles.jetons."


def _lire(jeton: str, usage: str, duree: timedelta) -> dict[str, Any] | None:
    try:
        valeur = signing.loads(jeton, salt=_SEL + usage, max_age=duree)
    except signing.BadSignature:
        return None
    return valeur if isinstance(valeur, dict) else None


def confirmation(adresse: EmailAddress) -> str:
    return signing.dumps({"a": adresse.pk, "e": adresse.email}, salt=_SEL + "confirmation")


def lire_confirmation(jeton: str) -> EmailAddress | None:
    """Return the address that waits for its confirmation; nothing once confirmed, given up or out of date."""
    valeur = _lire(jeton, "confirmation", DUREE_CONFIRMATION)
    if valeur is None:
        return None
    return EmailAddress.objects.filter(
        pk=valeur.get("a"), email=valeur.get("e"), verified=False, user__is_active=True
    ).first()


def retour(utilisateur: Utilisateur, ancienne: str) -> str:
    """Way back to the former address, sent to it when the login changes, and good whatever changes follow."""
    return signing.dumps({"u": utilisateur.pk, "a": ancienne}, salt=_SEL + "retour")


def lire_retour(jeton: str) -> tuple[Utilisateur, str] | None:
    """Return the login and its former address, as long as the login is somewhere else."""
    valeur = _lire(jeton, "retour", DUREE_RETOUR)
    if valeur is None:
        return None
    utilisateur = Utilisateur.objects.filter(pk=valeur.get("u"), is_active=True).exclude(email=valeur.get("a")).first()
    return (utilisateur, str(valeur["a"])) if utilisateur else None


def activation(utilisateur: Utilisateur) -> str:
    """First choice of a password; void as soon as a password or another address was chosen."""
    return signing.dumps({"u": utilisateur.pk, "p": _etat(utilisateur)}, salt=_SEL + "activation")


def lire_activation(jeton: str) -> Utilisateur | None:
    valeur = _lire(jeton, "activation", DUREE_ACTIVATION)
    if valeur is None:
        return None
    utilisateur = Utilisateur.objects.filter(pk=valeur.get("u"), is_active=True).first()
    if utilisateur is None or not constant_time_compare(str(valeur.get("p")), _etat(utilisateur)):
        return None
    return utilisateur


def _etat(utilisateur: Utilisateur) -> str:
    return salted_hmac(_SEL + "activation", f"{utilisateur.email}|{utilisateur.password}").hexdigest()[:32]
