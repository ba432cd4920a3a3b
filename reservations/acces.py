"""The one way to obtain an object of this app for a login: it is returned, or the page does not exist."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from enfants.models import Enfant, Rattachement
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui
from reservations.jetons import reservation_du_jeton
from reservations.models import Demande, Etablissement, Periode, Reservation

#: Deadlines of a période.
REGLES = ("regle_reservation", "regle_annulation", "regle_tardive", "regle_attente")
COMPLETE = (
    "famille",
    "enfant",
    "periode__accueil__etablissement",
    "periode__regle_reservation",
    "periode__regle_annulation",
)

M = TypeVar("M", bound=Model)


def familles(utilisateur: Utilisateur) -> QuerySet[Famille]:
    return Famille.objects.de(utilisateur).order_by("nom_recherche", "pk")


def famille(utilisateur: Utilisateur, cle: UUID) -> Famille:
    return get_object_or_404(familles(utilisateur), cle=cle)


def famille_du_jeton(jeton: str) -> Famille:
    """Return the household whose calendar feed has this address; a revoked address does not exist."""
    return get_object_or_404(Famille, liens_agenda__jeton=jeton, liens_agenda__revoque_le=None, archivee_le=None)


def rattachements(utilisateur: Utilisateur) -> QuerySet[Rattachement]:
    """Return the (child, household) pairs for which this login may book: one adult may belong to several households."""
    return (
        Rattachement.objects.non_termines(aujourdhui(timezone.now()))
        .filter(famille__in=Famille.objects.de(utilisateur))
        .select_related("enfant__ecole", "famille")
        .order_by("enfant__date_naissance", "enfant__pk", "famille__pk")
    )


def enfant_d_une_famille(utilisateur: Utilisateur, famille_cle: UUID, enfant_cle: UUID) -> tuple[Famille, Enfant]:
    lien = get_object_or_404(rattachements(utilisateur), famille__cle=famille_cle, enfant__cle=enfant_cle)
    return lien.famille, lien.enfant


def periodes_ouvertes(maintenant: datetime) -> QuerySet[Periode]:
    """Return what parents may look at now, with all that its card shows."""
    return (
        Periode.objects.ouvertes_aux_familles(maintenant)
        .avec_listes()
        .select_related("accueil__etablissement", *REGLES)
        .order_by("accueil__etablissement__ordre", "accueil__etablissement__nom", "accueil__ordre", "du", "nom")
    )


def periode_ouverte(cle: UUID, maintenant: datetime) -> Periode:
    return get_object_or_404(periodes_ouvertes(maintenant), cle=cle)


def reservations(utilisateur: Utilisateur) -> QuerySet[Reservation]:
    return Reservation.objects.visibles_par(utilisateur).select_related(*COMPLETE)


def reservation(utilisateur: Utilisateur, cle: UUID) -> Reservation:
    return get_object_or_404(reservations(utilisateur).avec_les_regles(), cle=cle)


def reservation_des_places(jeton: str) -> Reservation:
    """Return the reservation that the link of a mail leads to; a link that is forged or too old leads nowhere."""
    return get_object_or_404(Reservation.objects.avec_les_regles(), cle=reservation_du_jeton(jeton))


def demande(utilisateur: Utilisateur, cle: UUID) -> Demande:
    visibles = Demande.objects.filter(reservation__in=Reservation.objects.visibles_par(utilisateur))
    return get_object_or_404(visibles.select_related(*(f"reservation__{champ}" for champ in COMPLETE)), cle=cle)


def sites(utilisateur: Utilisateur) -> QuerySet[Etablissement]:
    """Return the établissements on which a member of the staff works: all, or those where the direction names them."""
    if utilisateur.has_perm("reservations.voir_tous_etablissement"):
        return Etablissement.objects.all()
    return Etablissement.objects.filter(direction=utilisateur)


def limiter_aux_sites(objets: QuerySet[M], utilisateur: Utilisateur, chemin: str) -> QuerySet[M]:
    """Keep what hangs on the sites of this member of the staff; ``chemin`` leads to the établissement, or is ``pk``."""
    if utilisateur.has_perm("reservations.voir_tous_etablissement"):
        return objets
    return objets.filter(**{f"{chemin}__in": sites(utilisateur)})
