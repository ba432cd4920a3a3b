"""The one way to obtain an object of this app for a login: it is returned, or the page does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from enfants.models import Enfant, Rattachement
from enfants.models.enfant import RattachementQuerySet
from familles.acces import agit_pour_une_famille, login_a_venir, valeurs_du_login
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.preparees import Parametre, UnParmi, preparee
from reservations.jetons import reservation_du_jeton
from reservations.models import (
    ChoixBrouillon,
    DeclarationAbsence,
    Demande,
    Etablissement,
    PasBrouillon,
    Periode,
    Presence,
    Reservation,
    VersionReglement,
)
from reservations.models.demande import ReservationQuerySet

#: Deadlines of a période.
REGLES = ("regle_reservation", "regle_annulation", "regle_tardive", "regle_attente")
COMPLETE = (
    "famille",
    "enfant",
    "periode__accueil__etablissement",
    "periode__regle_reservation",
    "periode__regle_annulation",
)

#: Children that one page of planning shows together, beside the first.
ENFANTS_COTE_A_COTE = 5

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
    return _rattachements(utilisateur, aujourdhui(timezone.now())).select_related("enfant__ecole", "famille")


def _rattachements(utilisateur: Any, jour: Any) -> RattachementQuerySet:
    return (
        Rattachement.objects.non_termines(jour)
        .filter(famille__in=Famille.objects.de(utilisateur))
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


def reservations(utilisateur: Utilisateur) -> ReservationQuerySet:
    return Reservation.objects.visibles_par(utilisateur).select_related(*COMPLETE)


def reservations_des_familles(utilisateur: Utilisateur, familles: Sequence[int]) -> ReservationQuerySet:
    """Return the reservations of these households that the login may see, as a list shows them.

    The ids are read beforehand: asked in one query, PostgreSQL goes through those of the whole town, newest first.
    """
    visibles = Reservation.objects.visibles_par(utilisateur).filter(famille__in=familles)
    return visibles.select_related("famille", "enfant", "periode__accueil__etablissement")


def reservation(utilisateur: Utilisateur, cle: UUID) -> Reservation:
    return get_object_or_404(reservations(utilisateur).avec_les_regles(), cle=cle)


def reservation_des_places(jeton: str) -> Reservation:
    """Return the reservation that the link of a mail leads to; a link that is forged or too old leads nowhere."""
    return get_object_or_404(Reservation.objects.avec_les_regles(), cle=reservation_du_jeton(jeton))


def demande(utilisateur: Utilisateur, cle: UUID) -> Demande:
    visibles = Demande.objects.filter(reservation__in=Reservation.objects.visibles_par(utilisateur))
    return get_object_or_404(visibles.select_related(*(f"reservation__{champ}" for champ in COMPLETE)), cle=cle)


def presence(utilisateur: Utilisateur, cle: UUID) -> Presence:
    """Return one day of a household of this login."""
    visibles = Presence.objects.filter(reservation__in=Reservation.objects.visibles_par(utilisateur))
    lue = visibles.select_related(
        "creneau__prestation", "creneau__jour_salle", *(f"reservation__{champ}" for champ in COMPLETE)
    )
    return get_object_or_404(lue, cle=cle)


def version_de_reglement(cle: UUID, maintenant: datetime) -> VersionReglement:
    """Return a published text: everyone may read it; a draft does not exist."""
    return get_object_or_404(VersionReglement.objects.publiees(maintenant).select_related("reglement"), cle=cle)


def declaration(presence: Presence) -> DeclarationAbsence:
    """Return the absence that is declared for that day, which the caller may see."""
    vigueur = DeclarationAbsence.objects.en_vigueur().select_related("motif__type_piece", "presence__reservation")
    return get_object_or_404(vigueur, presence=presence)


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


def groupe(utilisateur: Utilisateur, cle: UUID, avec: Sequence[str]) -> list[Reservation]:
    """Return a reservation and, side by side with it, those of the children named, for the same période and household.

    Children are named by their public key; a name that leads nowhere is ignored, so that an old address still opens.
    The first one knows ``dernier_geste``, the words of what the undo would undo, if anything.
    """
    cles = _en_uuids(avec)
    requete = _groupe(agent=agit_pour_une_famille(utilisateur), cote_a_cote=bool(cles))
    trouvees = requete.lire(cle=cle, enfants=cles, **valeurs_du_login(utilisateur))
    membres = sorted(trouvees, key=lambda une: une.cle != cle)
    if not membres or membres[0].cle != cle:
        raise Http404
    for une in membres[1:]:
        une.famille, une.periode = membres[0].famille, membres[0].periode
    return membres


@preparee
def _groupe(*, agent: bool, cote_a_cote: bool) -> QuerySet[Reservation]:
    gestes = PasBrouillon.objects.filter(famille=OuterRef("famille")).order_by("-pk")
    principale = Q(cle=Parametre("cle"))
    if cote_a_cote:
        # Its household and its période first: the database then reads the reservations of one household alone.
        demandee = Reservation.objects.filter(cle=Parametre("cle"))
        du_foyer = Q(famille=Subquery(demandee.values("famille")), periode=Subquery(demandee.values("periode")))
        principale = du_foyer & (principale | Q(enfant__cle=UnParmi("enfants")))
    return (
        Reservation.objects.visibles_par(login_a_venir(agent=agent))
        .avec_les_regles()
        .annotate(dernier_geste=Subquery(gestes.values("libelle")[:1]))
        .filter(principale)
        .order_by("enfant__date_naissance", "enfant")
    )


def _en_uuids(textes: Sequence[str]) -> list[UUID]:
    return [un for un in map(_en_uuid, textes[:ENFANTS_COTE_A_COTE]) if un is not None]


def fratrie(utilisateur: Utilisateur, membres: Sequence[Reservation]) -> list[Enfant]:
    """Return the other children of the household that are not side by side yet."""
    liens = _fratrie(agent=agit_pour_une_famille(utilisateur)).lire(
        famille=membres[0].famille_id,
        presents=[une.enfant_id for une in membres],
        jour=aujourdhui(timezone.now()),
        **valeurs_du_login(utilisateur),
    )
    return [lien.enfant for lien in liens]


@preparee
def _fratrie(*, agent: bool) -> QuerySet[Rattachement]:
    liens = _rattachements(login_a_venir(agent=agent), Parametre("jour")).select_related("enfant")
    return liens.filter(famille=Parametre("famille")).exclude(enfant=UnParmi("presents"))


def autres_enfants(utilisateur: Utilisateur, famille: Famille, enfant: Enfant, cles: Sequence[str]) -> list[Enfant]:
    """Return the children of this household that a page names beside the first; what leads nowhere is ignored."""
    if not (connues := _en_uuids(cles)):
        return []
    liens = rattachements(utilisateur).filter(famille=famille, enfant__cle__in=connues).exclude(enfant=enfant)
    return [lien.enfant for lien in liens]


def frere_ou_soeur(utilisateur: Utilisateur, reservation: Reservation, cle: str) -> Enfant:
    """Return another child of the same household, by its public key; a stranger's child does not exist."""
    enfant_cle = _en_uuid(cle)
    liens = rattachements(utilisateur).filter(famille=reservation.famille_id)
    return get_object_or_404(liens, enfant__cle=enfant_cle).enfant


def _en_uuid(texte: str) -> UUID | None:
    try:
        return UUID(texte)
    except ValueError:
        return None


def non_envoyees(utilisateur: Utilisateur, famille: Famille) -> list[Reservation]:
    """Return the reservations of a household that hold unsent edits, the oldest child first."""
    return list(
        Reservation.objects.visibles_par(utilisateur)
        .avec_les_regles()
        .filter(famille=famille)
        .filter(Exists(ChoixBrouillon.objects.filter(reservation=OuterRef("pk"))))
        .order_by("enfant__date_naissance", "enfant", "periode__du", "pk")
    )


def envoi(utilisateur: Utilisateur, cle: UUID) -> list[Demande]:
    """Return the requests that were sent together; none: the page does not exist."""
    visibles = Demande.objects.filter(reservation__in=Reservation.objects.visibles_par(utilisateur), envoi=cle)
    demandes = list(visibles.select_related(*(f"reservation__{champ}" for champ in COMPLETE)).order_by("pk"))
    if not demandes:
        raise Http404
    return demandes
