"""The one way to obtain a household or an adult for a login: it is returned, or the page does not exist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from familles.models import Famille, Responsable, Utilisateur
from familles.models.foyer import FamilleQuerySet
from portail.commun.preparees import Parametre


def login_a_venir(*, agent: bool) -> Any:
    """Return what stands for a login in a prepared query: an adult's own, or an agent's who acts for a household."""
    login: Any = Parametre("login")
    login.agit_pour = Parametre("agit_pour") if agent else None
    return login


def valeurs_du_login(utilisateur: Utilisateur) -> dict[str, Any]:
    """Return what the reading of a prepared query needs of the login."""
    return {"login": utilisateur.pk, "agit_pour": getattr(utilisateur, "agit_pour", None)}


def familles(utilisateur: Utilisateur) -> FamilleQuerySet:
    """Return the households of a login, the first being the one shown when nothing else is asked."""
    return Famille.objects.de(utilisateur).order_by("nom_recherche", "pk")


def famille(utilisateur: Utilisateur, cle: UUID) -> Famille:
    return get_object_or_404(familles(utilisateur), cle=cle)


def premiere_famille(utilisateur: Utilisateur) -> Famille:
    if trouvee := familles(utilisateur).first():
        return trouvee
    raise Http404


def responsable(utilisateur: Utilisateur, famille_cle: UUID, cle: UUID) -> Responsable:
    """Return an adult of one's household, whoever it is; see ``peut_modifier``."""
    return get_object_or_404(
        Responsable.objects.select_related("famille"),
        famille__in=familles(utilisateur).filter(cle=famille_cle),
        cle=cle,
    )


def peut_modifier(utilisateur: Utilisateur, adulte: Responsable) -> bool:
    """An adult who has a login of their own is the only one to change their data; the service may for anybody."""
    return adulte.utilisateur_id in {None, utilisateur.pk} or agit_pour_une_famille(utilisateur)


def agit_pour_une_famille(utilisateur: Utilisateur) -> bool:
    """Tell an agent who acts for the household; one who is a parent of it is a parent like another."""
    return getattr(utilisateur, "agit_pour", None) is not None


def peut_agir_pour(utilisateur: Utilisateur) -> bool:
    return utilisateur.is_staff and utilisateur.has_perm("familles.agir_pour_famille")
