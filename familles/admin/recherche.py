"""Search of a household by any name, phone, address or mail, without accents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from familles.models import Famille
from portail.commun.texte import normaliser

CHIFFRES_D_UN_TELEPHONE = 6
MOTS_AU_PLUS = 6
CLES_AU_PLUS = 100


def chercher(familles: QuerySet[Famille], saisi: str) -> QuerySet[Famille]:
    """Keep the households that match every word typed; a phone may be typed with any spaces, or its end alone."""
    compact = re.sub(r"[\s.\-()]", "", saisi)
    if re.fullmatch(rf"(\+33|0033|\+)?\d{{{CHIFFRES_D_UN_TELEPHONE},}}", compact):
        return familles.filter(_telephone(compact))
    for mot in normaliser(saisi).split()[:MOTS_AU_PLUS]:
        familles = familles.filter(pk__in=Famille.objects.filter(_mot(mot)).values("pk"))
    return familles


def cles_des_familles(saisi: str) -> list[UUID]:
    """Return the keys of the households that a search finds, a hundred at most: the trail names them by their key."""
    return list(chercher(Famille.objects.all(), saisi).order_by("pk").values_list("cle", flat=True)[:CLES_AU_PLUS])


def noms_des_familles(cles: Iterable[UUID]) -> dict[UUID, str]:
    return {famille.cle: str(famille) for famille in Famille.objects.filter(cle__in=cles)}


def _mot(mot: str) -> Q:
    return (
        Q(nom_recherche__contains=mot)
        | Q(code__icontains=mot)
        | Q(numero_allocataire__icontains=mot)
        | Q(ville__icontains=mot)
        | Q(responsables__nom_recherche__contains=mot)
        | Q(responsables__email__icontains=mot)
        | Q(responsables__utilisateur__email__icontains=mot)
        | Q(enfants__nom_recherche__contains=mot)
    )


def _telephone(compact: str) -> Q:
    """Match whatever the spaces: numbers are stored as people read them."""
    chiffres = re.sub(r"^(\+33|0033|0)", "", compact).lstrip("+")
    motif = r"\D*".join(chiffres)
    trouves = Famille.objects.filter(
        Q(telephone__regex=motif)
        | Q(responsables__telephone_mobile__regex=motif)
        | Q(responsables__telephone_travail__regex=motif)
        | Q(numero_allocataire__contains=chiffres)
    )
    return Q(pk__in=trouves.values("pk"))
