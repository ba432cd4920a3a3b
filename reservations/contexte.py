"""What every page says of the plannings: the edits that a household has not sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from familles.acces import agit_pour_une_famille, login_a_venir, valeurs_du_login
from familles.models import Famille
from portail.commun.preparees import preparee
from portail.commun.texte import enumerer
from reservations.models import ChoixBrouillon


@dataclass(frozen=True, slots=True)
class NonEnvoye:
    """Unsent edits of one household."""

    nombre: int
    #: « Baptiste et Louise ».
    prenoms: str
    lien: str


def brouillons(request: HttpRequest | None) -> dict[str, Any]:
    """Tell pages what is not sent; read only by those that show it."""
    return {"non_envoyes": SimpleLazyObject(lambda: non_envoyes(request))}


def non_envoyes(request: HttpRequest | None) -> list[NonEnvoye]:
    """Return what each household of this login has not sent, in one query; nothing for the staff's own pages."""
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return []
    agent = agit_pour_une_famille(utilisateur)
    if utilisateur.is_staff and not agent:
        return []
    lus = _choix_non_envoyes(agent=agent).lire(**valeurs_du_login(utilisateur))
    par_famille: dict[int, list[tuple[Any, str, int]]] = {}
    for famille, cle, prenom, nombre in lus:
        par_famille.setdefault(famille, []).append((cle, prenom, nombre))
    return [
        NonEnvoye(
            nombre=sum(nombre for *_, nombre in lignes),
            prenoms=enumerer(dict.fromkeys(prenom for _, prenom, _ in lignes)),
            lien=reverse("reservations:verifier", args=[lignes[0][0]]),
        )
        for lignes in par_famille.values()
    ]


@preparee
def _choix_non_envoyes(*, agent: bool) -> QuerySet[ChoixBrouillon, tuple[int, Any, str, int]]:
    return (
        ChoixBrouillon.objects.filter(reservation__famille__in=Famille.objects.de(login_a_venir(agent=agent)))
        .values_list("reservation__famille", "reservation__cle", "reservation__enfant__prenom")
        .annotate(Count("pk"))
        .order_by("reservation__enfant__date_naissance", "reservation")
    )
