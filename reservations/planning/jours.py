"""The days of one reservation as its page lists them: state, rank, and what may be done with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.safestring import SafeString

from portail.commun.dates import aujourdhui
from portail.commun.templatetags.typographie import jour_court, limite, mois_annee
from reservations.calendrier import avec_les_sorties, jours_fermes_pour, regles_pour
from reservations.decisions import listes_de
from reservations.enums import EtatPresence, GenrePrestation
from reservations.explications import explications_de
from reservations.models import DeclarationAbsence, Presence, Reservation
from reservations.planning.cases import pastille
from reservations.regles import ReglesDePeriode
from reservations.regles.absences import ETATS_DECLARABLES
from reservations.regles.attente import rang_en_mots
from reservations.regles.heures import verdict_des_heures


@dataclass(frozen=True, slots=True)
class LigneJour:
    cle: UUID
    mois: str
    jour: str
    prestation: str
    #: « de 8 h 30 à 10 h », of a day by the hour.
    heures: str
    #: May its hours still change?
    heures_changeables: bool
    pastille: SafeString
    #: Why it was refused, or what the allotment of its place says.
    motif: str
    annulable: bool
    #: Word of the link to the absence of that day; empty when there is nothing to say.
    absence: str


def lire_les_jours(reservation: Reservation, presences: Sequence[Presence], *, maintenant: datetime) -> list[LigneJour]:
    """Return one line for each day, in a number of queries that the days do not change."""
    if not presences:
        return []
    jours = [une.creneau.jour for une in presences]
    regles = avec_les_sorties(
        regles_pour(reservation, jours_fermes_pour(reservation, min(jours), max(jours))),
        [une.creneau for une in presences],
    )
    attendent = [une.creneau_id for une in presences if une.etat == EtatPresence.LISTE_ATTENTE]
    rangs = listes_de(reservation, regles, attendent, maintenant).rangs if attendent else {}
    explications = explications_de(reservation, presences)
    declarees = dict(
        DeclarationAbsence.objects.filter(presence__reservation=reservation)
        .en_vigueur()
        .values_list("presence_id", "etat")
    )
    lignes = [_ligne(une, regles, rangs.get(une.pk, 0), une.pk in declarees, maintenant) for une in presences]
    return [
        replace(ligne, motif=explications.get(une.pk, ligne.motif))
        for ligne, une in zip(lignes, presences, strict=True)
    ]


def _ligne(
    presence: Presence,
    regles: ReglesDePeriode,
    rang: int,
    declaree: bool,  # noqa: FBT001 - private
    maintenant: datetime,
) -> LigneJour:
    etat, creneau = EtatPresence(presence.etat), presence.creneau
    refus = regles.motifs_retrait(
        creneau.jour,
        etat,
        prestation=creneau.prestation_id,
        maintenant=maintenant,
        aujourdhui=aujourdhui(maintenant),
    )
    detail = rang_en_mots(rang) if rang else ""
    if etat == EtatPresence.PLACE_PROPOSEE:
        detail = f"à accepter avant le {limite(presence.offre_expire_le)}"
    if presence.heures_demandees_le:
        detail = f"demandé\u00a0: {presence.heures_demandees_en_mots}"
    absence = "Absence déclarée" if declaree else ""
    if not declaree and refus and etat in ETATS_DECLARABLES:
        absence = "Déclarer une absence"
    return LigneJour(
        cle=presence.cle,
        mois=mois_annee(creneau.jour).capitalize(),
        jour=jour_court(creneau.jour),
        prestation=creneau.prestation.nom,
        heures=presence.heures_en_mots,
        heures_changeables=_heures_changeables(presence, regles, maintenant),
        pastille=pastille(presence.etat, presence.get_etat_display(), detail),
        motif=presence.motif,
        annulable=not refus,
        absence=absence,
    )


def _heures_changeables(presence: Presence, regles: ReglesDePeriode, maintenant: datetime) -> bool:
    """The page of the change says the rest: whether an invoice holds the day, and what it costs."""
    if presence.creneau.prestation.genre != GenrePrestation.HEURES:
        return False
    juge = verdict_des_heures(
        regles,
        EtatPresence(presence.etat),
        presence.creneau.jour,
        presence.creneau.prestation_id,
        automatique=True,
        facture=False,
        maintenant=maintenant,
        aujourdhui=aujourdhui(maintenant),
    )
    return not juge.motifs
