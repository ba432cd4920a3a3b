"""Rules of the menus: pure functions over values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contenu.enums import Label, Service

#: Monday to Friday: the days on which the town serves meals.
JOURS_SERVIS = 5
SAMEDI = 5


@dataclass(frozen=True, slots=True)
class Plat:
    service: Service
    nom: str
    labels: tuple[str, ...] = ()
    allergenes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Jour:
    """What is served on a day. ``mention`` such as « Repas de Noël »."""

    jour: date
    mention: str = ""
    plats: tuple[Plat, ...] = ()

    @property
    def dit_quelque_chose(self) -> bool:
        return bool(self.mention or self.plats)


def lundi_de(jour: date) -> date:
    return jour - timedelta(days=jour.weekday())


def semaine_a_lire(jour: date) -> date:
    """Return the Monday of the week that a family wants to read: on a week-end, the next one."""
    lundi = lundi_de(jour)
    return lundi + timedelta(days=7) if jour.weekday() >= SAMEDI else lundi


def jours_servis(lundi: date) -> list[date]:
    return [lundi + timedelta(days=rang) for rang in range(JOURS_SERVIS)]


def remarques(jours: Iterable[Jour]) -> list[str]:
    """Return what an agent should look at before publishing; nothing of it prevents it.

    Source of the vegetarian meal: Code rural, article L230-5-6 (school canteens, once a week).
    """
    remplis = [jour for jour in jours if jour.plats]
    sans_plat = [jour.jour for jour in remplis if not any(plat.service == Service.PLAT for plat in jour.plats)]
    trouvees = []
    if not remplis:
        return ["Aucun plat n’est écrit pour cette semaine."]
    if not any(_est_vegetarien(jour.plats) for jour in remplis):
        trouvees.append(
            "Aucun plat principal n’est marqué végétarien\u00a0: la loi en demande un par semaine à l’école."
        )
    if sans_plat:
        trouvees.append("Sans plat principal\u00a0: " + ", ".join(f"{jour:%d/%m}" for jour in sans_plat) + ".")
    if not any(plat.allergenes for jour in remplis for plat in jour.plats):
        trouvees.append("Aucun allergène n’est indiqué dans la semaine.")
    return trouvees


def _est_vegetarien(plats: Sequence[Plat]) -> bool:
    return any(plat.service == Service.PLAT and Label.VEGETARIEN in plat.labels for plat in plats)
