"""What becomes of each unsent edit: the check page shows it, the sending applies it under lock, by one function."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portail.commun.dates import aujourdhui
from reservations.calendrier import jours_fermes_pour, regles_de
from reservations.enums import ETATS_CLOS, Acceptation, EtatPresence, MotifRefus, Sens, TraitementAnnulation
from reservations.models import ChoixBrouillon, Creneau, Presence, Reservation


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one day: its new state, or the reasons of the refusal; and until when it may be cancelled."""

    creneau: Creneau
    sens: Sens
    presence: Presence | None
    etat: EtatPresence | None
    motifs: list[MotifRefus]
    limite_annulation: datetime | None


def decider(
    reservation: Reservation,
    choix: Sequence[ChoixBrouillon],
    creneaux: Mapping[int, Creneau],
    *,
    maintenant: datetime,
) -> list[Decision]:
    """Apply the rules to each edit, with the créneaux as the caller read them: locked, when it is going to write."""
    jours = [un.creneau.jour for un in choix]
    regles = regles_de(reservation.periode, jours_fermes_pour(reservation.periode, min(jours), max(jours)))
    miennes, ailleurs = presences_sur(reservation, creneaux)
    jour_meme = aujourdhui(maintenant)
    decisions = []
    for un in choix:
        creneau, presence, sens = creneaux[un.creneau_id], miennes.get(un.creneau_id), Sens(un.sens)
        etat = EtatPresence(presence.etat) if presence else None
        if sens == Sens.RETRAIT:
            motifs = regles.motifs_retrait(creneau.jour, etat, maintenant=maintenant, aujourdhui=jour_meme)
            apres = _etat_apres_retrait(reservation, etat)
        else:
            motifs = regles.motifs_ajout(
                creneau.jour,
                places_libres=creneau.places_libres,
                ferme=creneau.ferme,
                deja_actif=creneau.pk in ailleurs or (etat is not None and etat not in ETATS_CLOS),
                maintenant=maintenant,
                aujourdhui=jour_meme,
            )
            apres = _etat_apres_ajout(reservation)
        decisions.append(
            Decision(creneau, sens, presence, None if motifs else apres, motifs, regles.limite_annulation(creneau.jour))
        )
    return decisions


def presences_sur(reservation: Reservation, creneaux: Collection[int]) -> tuple[dict[int, Presence], set[int]]:
    """Return this reservation's days on these créneaux, and the créneaux that the child already has elsewhere."""
    toutes = list(Presence.objects.filter(enfant=reservation.enfant_id, creneau__in=list(creneaux)).order_by("pk"))
    miennes = {une.creneau_id: une for une in toutes if une.reservation_id == reservation.pk}
    ailleurs = {une.creneau_id for une in toutes if une.reservation_id != reservation.pk and une.etat not in ETATS_CLOS}
    return miennes, ailleurs


def _etat_apres_ajout(reservation: Reservation) -> EtatPresence:
    automatique = reservation.periode.acceptation == Acceptation.AUTOMATIQUE
    return EtatPresence.ACCEPTEE if automatique else EtatPresence.DEMANDEE


def _etat_apres_retrait(reservation: Reservation, etat: EtatPresence | None) -> EtatPresence:
    """A day that was never accepted is simply withdrawn."""
    if etat == EtatPresence.ACCEPTEE and reservation.periode.annulation == TraitementAnnulation.MANUELLE:
        return EtatPresence.ANNULATION_DEMANDEE
    return EtatPresence.ANNULEE
