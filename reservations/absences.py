"""Reading for the declaration of an absence: the page shows what the action enforces under lock."""

from __future__ import annotations

from datetime import datetime

from portail.commun.dates import aujourdhui
from reservations.actions.verrous import relire
from reservations.calendrier import avec_les_sorties, jours_fermes_pour, regles_pour
from reservations.enums import EtatPresence, MotifRefus
from reservations.models import DeclarationAbsence, MotifAbsence, Presence
from reservations.regles import ReglesDePeriode
from reservations.regles.absences import limite_de_declaration, motifs_de_refus_absence


def regles_du_jour(presence: Presence) -> ReglesDePeriode:
    """Read the rules that apply to that day."""
    reservation = relire(presence.reservation)
    jour = presence.creneau.jour
    return avec_les_sorties(regles_pour(reservation, jours_fermes_pour(reservation, jour, jour)), [presence.creneau])


def motifs_d_absence() -> list[MotifAbsence]:
    """Return the reasons that families may choose, with the piece that each asks for; one query."""
    return list(MotifAbsence.objects.filter(actif=True).select_related("type_piece"))


def motifs_pour(
    presence: Presence,
    motif: MotifAbsence,
    *,
    maintenant: datetime,
    regles: ReglesDePeriode | None = None,
    deja_declaree: bool | None = None,
) -> list[MotifRefus]:
    """List why this absence cannot be declared for that reason; empty when it can."""
    regles = regles or regles_du_jour(presence)
    if deja_declaree is None:
        deja_declaree = DeclarationAbsence.objects.filter(presence=presence).en_vigueur().exists()
    refus = [] if motif.actif else [MotifRefus.MOTIF_INCONNU]
    return refus + motifs_de_refus_absence(
        EtatPresence(presence.etat),
        deja_declaree=deja_declaree,
        annulable=encore_annulable(presence, regles, maintenant),
        limite=limite(presence, motif, regles),
        maintenant=maintenant,
    )


def limite(presence: Presence, motif: MotifAbsence, regles: ReglesDePeriode) -> datetime:
    """Return the last instant (included) to declare it, late declarations that go to an agent included."""
    jour, prestation = presence.creneau.jour, presence.creneau.prestation_id
    propre = regles.limite_absence(jour, prestation)
    if propre is not None and regles.absence_tardive_par_un_agent(jour, prestation):
        tardive = limite_de_declaration(jour, regles.limite_absence_tardive(jour, prestation), motif.delai_jours_apres)
        return max(propre, tardive)
    return limite_de_declaration(jour, propre, motif.delai_jours_apres)


def est_tardive(presence: Presence, regles: ReglesDePeriode, maintenant: datetime) -> bool:
    """Tell whether the période's own rule is past, so that an agent decides whatever the reason."""
    propre = regles.limite_absence(presence.creneau.jour, presence.creneau.prestation_id)
    return propre is not None and maintenant > propre


def encore_annulable(presence: Presence, regles: ReglesDePeriode, maintenant: datetime) -> bool:
    """Tell whether the household may still cancel the day: it is then not billed, and needs no reason."""
    jour, prestation = presence.creneau.jour, presence.creneau.prestation_id
    if regles.limite_annulation(jour, prestation) is None:
        return False
    refus = regles.motifs_retrait(
        jour,
        EtatPresence(presence.etat),
        prestation=prestation,
        maintenant=maintenant,
        aujourdhui=aujourdhui(maintenant),
    )
    tardif = regles.effet_retrait(jour, prestation, maintenant=maintenant, aujourdhui=aujourdhui(maintenant))
    return not refus and tardif is None
