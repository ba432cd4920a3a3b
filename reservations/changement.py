"""What changing the dates or the weekdays of a période would leave behind: days that it no longer opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reservations.actions.creneaux import jours_ouverts
from reservations.actions.verrous import verrouiller_creneaux
from reservations.fermetures import ETATS_ANNULES
from reservations.models import Creneau, Periode, Presence

NOMMES_AU_PLUS = 6


@dataclass(frozen=True, slots=True)
class Ecart:
    """Days to come that exist and that the new rule does not open, and those that it would add."""

    en_trop: list[date]
    reservations: int
    nouveaux: int

    def en_mots(self) -> str:
        noms = ", ".join(f"{jour:%d/%m/%Y}" for jour in self.en_trop[:NOMMES_AU_PLUS])
        suite = "…" if len(self.en_trop) > NOMMES_AU_PLUS else ""
        pluriel = "s" if self.reservations > 1 else ""
        return (
            f"Jours déjà ouverts que ces dates n’ouvrent plus : {len(self.en_trop)} ({noms}{suite}), "
            f"avec {self.reservations} réservation{pluriel}. Choisissez ce qu’ils deviennent."
        )


def verrouiller_les_jours(periode: Periode, jour: date) -> None:
    """Lock the days to come: whoever books them waits, then reads the rules as they are once changed."""
    verrouiller_creneaux(
        set(Creneau.objects.filter(prestation__periode=periode, jour__gte=jour).values_list("pk", flat=True))
    )


def ecart_de_calendrier(avant: Periode, apres: Periode, jour: date) -> Ecart:
    """Compare what two settings of the same période open, from ``jour`` on; days added by hand are left alone."""
    ouverts_avant, ouverts_apres = set(jours_ouverts(avant)[0]), set(jours_ouverts(apres)[0])
    existants = Creneau.objects.filter(
        prestation__periode=avant, prestation__jour_unique=None, ferme=False, jour__gte=jour
    )
    retires = existants.filter(jour__in=ouverts_avant - ouverts_apres)
    en_trop = sorted(set(retires.values_list("jour", flat=True)))
    reservations = Presence.objects.filter(creneau__in=retires, etat__in=ETATS_ANNULES).count()
    nouveaux = {un for un in ouverts_apres - ouverts_avant if un >= jour}
    return Ecart(en_trop, reservations, len(nouveaux))
