"""Reading for a change of the hours of one day that is sent: the page shows what the action enforces under lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from familles.models import Utilisateur
from portail.commun.blocages import Blocage
from portail.commun.dates import aujourdhui
from reservations.absences import regles_du_jour
from reservations.blocages import blocages_de
from reservations.enums import Acceptation, EtatPresence, GenrePrestation, MotifRefus
from reservations.factures import jours_factures
from reservations.models import Presence
from reservations.prix import majorer, multiplier, prix_a_payer, prix_des_creneaux, prix_du_jour_reserve
from reservations.regles import demi_heures_commencees, heures_admises
from reservations.regles.heures import VerdictHeures, verdict_des_heures


def verdict(presence: Presence, *, maintenant: datetime) -> VerdictHeures:
    """Tell whether the household may change the hours of that day, of a prestation by the hour, and how."""
    creneau = presence.creneau
    if creneau.prestation.genre != GenrePrestation.HEURES:
        return VerdictHeures([MotifRefus.PAS_A_L_HEURE], None)
    return verdict_des_heures(
        regles_du_jour(presence),
        EtatPresence(presence.etat),
        creneau.jour,
        creneau.prestation_id,
        automatique=presence.reservation.periode.acceptation == Acceptation.AUTOMATIQUE,
        facture=bool(jours_factures([presence.pk])),
        maintenant=maintenant,
        aujourdhui=aujourdhui(maintenant),
    )


def motifs_des_nouvelles_heures(presence: Presence, arrivee: time, depart: time) -> list[MotifRefus]:
    """List why these hours cannot be those of that day: out of the opening, or its own already."""
    prestation = presence.creneau.prestation
    if prestation.heure_debut is None or prestation.heure_fin is None:
        return [MotifRefus.PAS_A_L_HEURE]
    if not heures_admises(arrivee, depart, prestation.heure_debut, prestation.heure_fin):
        return [MotifRefus.HEURES_MANQUANTES]
    actuelles = (presence.arrivee, presence.depart)
    return [MotifRefus.HEURES_INCHANGEES] if (arrivee, depart) == actuelles else []


def blocages_des_heures(
    presence: Presence, arrivee: time, depart: time, *, utilisateur: Utilisateur, maintenant: datetime
) -> list[Blocage]:
    """Return what prevents the household from booking more; nothing ever prevents it from shortening a day."""
    if demi_heures_commencees(arrivee, depart) <= presence.unites:
        return []
    return blocages_de(utilisateur, presence.reservation, maintenant=maintenant)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a change of hours does to the price of the day, in euros; None without a tariff, or billed elsewhere."""

    avant: Decimal | None
    apres: Decimal | None
    demi_heures_avant: int
    demi_heures_apres: int


def consequence(presence: Presence, arrivee: time, depart: time, juge: VerdictHeures) -> Consequence:
    """Price the day as it is and as it would be, surcharges included."""
    reservation, creneau = presence.reservation, presence.creneau
    prix = prix_a_payer(
        prix_des_creneaux(famille=reservation.famille, enfant=reservation.enfant, creneaux=[creneau]),
        {creneau.pk: creneau.jour},
        regles_du_jour(presence),
    ).get(creneau.pk)
    apres = demi_heures_commencees(arrivee, depart)
    if prix is None:
        return Consequence(None, None, presence.unites, apres)
    majoration, du = juge.majoration or presence.majoration, multiplier(prix, apres)
    return Consequence(
        prix_du_jour_reserve(prix, presence).montant,
        (majorer(du, majoration) if majoration else du).montant,
        presence.unites,
        apres,
    )
