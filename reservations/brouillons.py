"""Unsent edits as they are read: codes of days in the pages, fingerprint of what was checked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from portail.commun.preparees import UnParmi, preparee
from reservations.models import ChoixBrouillon, LienPrestation, Reservation

LONGUEUR_PRESTATION = 8


def code_creneau(jour: date, prestation_cle: UUID) -> str:
    """Name one day of one prestation in a page: « 20180115-1a2b3c4d »; sequential ids never leave the server."""
    return f"{jour:%Y%m%d}-{prestation_cle.hex[:LONGUEUR_PRESTATION]}"


def jour_du_code(code: str) -> date | None:
    """Return the day of such a name, or None when it is not one."""
    try:
        jour, _, prestation = code.partition("-")
        int(prestation, 16)
        return date.fromisoformat(f"{jour[:4]}-{jour[4:6]}-{jour[6:]}")
    except ValueError:
        return None


def brouillon_de(reservation: Reservation) -> list[ChoixBrouillon]:
    """Return the unsent edits by day, with their créneau and prestation; one query."""
    return brouillons_de([reservation])[reservation.pk]


def brouillons_de(reservations: Collection[Reservation]) -> dict[int, list[ChoixBrouillon]]:
    """Return the unsent edits of several reservations, by reservation id; one query."""
    par_reservation: dict[int, list[ChoixBrouillon]] = {une.pk: [] for une in reservations}
    for un in _brouillons().lire(reservations=[*par_reservation]):
        par_reservation[un.reservation_id].append(un)
    return par_reservation


@preparee
def _brouillons() -> QuerySet[ChoixBrouillon]:
    return (
        ChoixBrouillon.objects.filter(reservation=UnParmi("reservations"))
        .select_related("creneau__prestation", "creneau__jour_salle")
        .annotate(liee=est_liee("creneau__prestation"))
        .order_by("creneau__jour", "creneau__prestation__ordre", "creneau")
    )


def est_liee(prestation: str) -> Exists:
    """Tell, in a reading, whether a prestation requires, excludes or brings another, or is named by another."""
    liens = LienPrestation.objects.filter(Q(prestation=OuterRef(prestation)) | Q(autre=OuterRef(prestation)))
    return Exists(liens)


def codes_par_enfant(codes: Iterable[str]) -> dict[str, list[str]]:
    """Sort the codes of a page by the child they end with: « 20180115-1a2b3c4d.5e6f7a8b »; none: the page's own."""
    par_enfant: dict[str, list[str]] = {}
    for code in codes:
        jour, _, enfant = code.partition(".")
        par_enfant.setdefault(enfant, []).append(jour)
    return par_enfant


def empreinte(choix: Iterable[ChoixBrouillon]) -> str:
    """Return a short digest of a set of edits: the sending compares it with what the person checked."""
    lignes = sorted(f"{un.creneau_id}{un.sens}{un.heures_en_mots}" for un in choix)
    return hashlib.sha256("|".join(lignes).encode()).hexdigest()[:16]
