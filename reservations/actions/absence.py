"""Absences: declared by a household, taken back, decided by an agent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from documents.models import Document
from familles.models import Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.reprises import reprise_sur_verrou
from portail.commun.traces import tracer
from reservations import courriels_absence as courriels
from reservations.absences import est_tardive, motifs_pour, regles_du_jour
from reservations.actions.verrous import Changement, appliquer, verrouiller_presences
from reservations.enums import EtatDeclaration, EtatPresence, MotifRefus, TraitementAbsence
from reservations.models import DeclarationAbsence, MotifAbsence, Presence
from reservations.regles.absences import ETAT_DECLARE, ETATS_DECLARABLES, presence_apres


@dataclass(frozen=True, slots=True)
class BilanAbsences:
    """``ignorees``: decided before, or the child was seen present that day; nothing was changed there."""

    traitees: int
    ignorees: list[DeclarationAbsence]


@reprise_sur_verrou
@transaction.atomic
def declarer_absence(
    *,
    presence: Presence,
    motif: MotifAbsence,
    precision: str,
    auteur: Utilisateur,
    maintenant: datetime,
    document: Document | None = None,
) -> DeclarationAbsence:
    """Declare one absence, decided at once or by an agent according to its reason; raise ``RefusMetier``."""
    [presence] = _verrouiller([presence.pk])
    regles = regles_du_jour(presence)
    refus = motifs_pour(presence, motif, maintenant=maintenant, regles=regles)
    if refus:
        raise RefusMetier(refus)
    tardive = est_tardive(presence, regles, maintenant)
    etat = EtatDeclaration.A_EXAMINER if tardive else ETAT_DECLARE[TraitementAbsence(motif.traitement)]
    declaration = DeclarationAbsence.objects.create(
        presence=presence,
        motif=motif,
        precision=precision,
        document=document,
        etat=etat,
        declaree_le=maintenant,
        auteur=auteur,
        traitee_le=None if etat == EtatDeclaration.A_EXAMINER else maintenant,
    )
    _appliquer([declaration], auteur=auteur, maintenant=maintenant)
    _annoncer("absence_declaree", declaration, auteur=auteur, maintenant=maintenant)
    return declaration


@reprise_sur_verrou
@transaction.atomic
def joindre_la_piece(
    *, declaration: DeclarationAbsence, document: Document, auteur: Utilisateur, maintenant: datetime
) -> None:
    """Attach the piece that the reason asks for; raise ``RefusMetier`` once an agent has decided."""
    verrouillee = _relire(declaration)
    if verrouillee.etat != EtatDeclaration.A_EXAMINER:
        raise RefusMetier([MotifRefus.TRANSITION_IMPOSSIBLE])
    verrouillee.document = document
    verrouillee.save(update_fields=["document"])
    _tracer("absence_piece_jointe", verrouillee, auteur=auteur, maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def retirer_absence(*, declaration: DeclarationAbsence, auteur: Utilisateur, maintenant: datetime) -> None:
    """Take back a declaration that waits, or one decided by its reason alone before the day itself.

    Raises ``RefusMetier`` when an agent has decided, or when the day has come.
    """
    [presence] = _verrouiller([declaration.presence_id])
    verrouillee = _relire(declaration)
    if not retirable(verrouillee, presence, maintenant):
        raise RefusMetier([MotifRefus.TRANSITION_IMPOSSIBLE])
    if presence.etat == EtatPresence.ABSENTE_JUSTIFIEE:
        appliquer([Changement(presence, EtatPresence.ACCEPTEE)], auteur=auteur, maintenant=maintenant)
    verrouillee.etat = EtatDeclaration.RETIREE
    verrouillee.traitee_le = maintenant
    verrouillee.save(update_fields=["etat", "traitee_le"])
    _tracer("absence_retiree", verrouillee, auteur=auteur, maintenant=maintenant)


def retirable(declaration: DeclarationAbsence, presence: Presence, maintenant: datetime) -> bool:
    """Tell whether the household may still take it back."""
    if declaration.etat == EtatDeclaration.A_EXAMINER:
        return True
    return (
        declaration.etat != EtatDeclaration.RETIREE
        and declaration.agent_id is None
        and presence.creneau.jour > aujourdhui(maintenant)
    )


@reprise_sur_verrou
@transaction.atomic
def justifier_absences(*, declarations: Collection[int], agent: Utilisateur, maintenant: datetime) -> BilanAbsences:
    """Say that absences are justified: their days are not billed."""
    return _decider(declarations, EtatDeclaration.JUSTIFIEE, "", agent=agent, maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def refuser_absences(
    *, declarations: Collection[int], motif: str, agent: Utilisateur, maintenant: datetime
) -> BilanAbsences:
    """Say that absences are not justified, with the reason that the family reads; raise ``ValueError`` without one."""
    if not motif.strip():
        msg = "un refus se motive"
        raise ValueError(msg)
    return _decider(declarations, EtatDeclaration.NON_JUSTIFIEE, motif.strip(), agent=agent, maintenant=maintenant)


def _decider(
    ids: Collection[int], etat: EtatDeclaration, reponse: str, *, agent: Utilisateur, maintenant: datetime
) -> BilanAbsences:
    presences = _verrouiller(DeclarationAbsence.objects.filter(pk__in=ids).values_list("presence", flat=True))
    par_pk = {une.pk: une for une in presences}
    lues = list(
        DeclarationAbsence.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=ids)
        .select_related("motif")
        .order_by("pk")
    )
    for une in lues:
        une.presence = par_pk[une.presence_id]
    a_decider = [
        une for une in lues if une.etat == EtatDeclaration.A_EXAMINER and une.presence.etat in ETATS_DECLARABLES
    ]
    for une in a_decider:
        une.etat, une.traitee_le, une.agent, une.reponse = etat, maintenant, agent, reponse
    DeclarationAbsence.objects.bulk_update(a_decider, ["etat", "traitee_le", "agent", "reponse"])
    _appliquer(a_decider, auteur=agent, maintenant=maintenant)
    for une in a_decider:
        _annoncer("absence_decidee", une, auteur=agent, maintenant=maintenant)
    return BilanAbsences(len(a_decider), [une for une in lues if une not in a_decider])


def _appliquer(declarations: Collection[DeclarationAbsence], *, auteur: Utilisateur, maintenant: datetime) -> None:
    """Give each day the state that its declaration makes."""
    changements = []
    for une in declarations:
        avant = EtatPresence(une.presence.etat)
        passe = une.presence.creneau.jour <= aujourdhui(maintenant)
        apres = presence_apres(EtatDeclaration(une.etat), avant, passe=passe)
        if apres != avant:
            changements.append(Changement(une.presence, apres, une.motif.nom))
    if changements:
        appliquer(changements, auteur=auteur, maintenant=maintenant)


def _verrouiller(ids: Collection[int]) -> list[Presence]:
    return verrouiller_presences(list(ids))


def _relire(declaration: DeclarationAbsence) -> DeclarationAbsence:
    return (
        DeclarationAbsence.objects.select_for_update(no_key=True, of=("self",))
        .select_related("motif", "presence__creneau__prestation", "presence__reservation__famille")
        .get(pk=declaration.pk)
    )


def _annoncer(geste: str, declaration: DeclarationAbsence, *, auteur: Utilisateur, maintenant: datetime) -> None:
    _tracer(geste, declaration, auteur=auteur, maintenant=maintenant)
    courriels.absence(declaration=declaration, maintenant=maintenant)


def _tracer(geste: str, declaration: DeclarationAbsence, *, auteur: Utilisateur, maintenant: datetime) -> None:
    """A precision typed by a parent may tell of health: traces carry the state and the answer only."""
    tracer(
        geste=f"reservation.{geste}",
        objet="reservations.declarationabsence",
        objet_cle=declaration.cle,
        libelle=f"{declaration.presence.creneau.jour:%d/%m/%Y} – {declaration.presence.reservation}",
        famille_cle=declaration.presence.reservation.famille.cle,
        auteur=auteur,
        maintenant=maintenant,
        apres={"etat": str(declaration.etat)},
        motif=declaration.reponse,
    )
