"""The table of the measurements, beside the closest peer's and what this project aims at."""

from __future__ import annotations

from dataclasses import dataclass

#: Closest open-source peer on the same kind of machine, ten months of bookings: CPU in ms.
PAIR = {
    "Accueil": 33,
    "Planning d'un mois": 119,
    "Planning d'un mois, deux enfants": 365,
    "Année, deux enfants": 2732,
    "Enregistrer 20 jours": 82,
    "Enregistrer 20 jours, deux enfants": 93,
}
#: At most: CPU in ms, SQL queries (none when only the time is bounded).
VISEES: dict[str, tuple[int, int | None]] = {
    "Accueil": (8, None),
    "Planning d'un mois, deux enfants": (30, 15),
    "Année, deux enfants": (60, 20),
    "Enregistrer 20 jours": (30, 20),
    "Enregistrer 20 jours, deux enfants": (30, 20),
}
CHARGEMENT_MAXIMUM = 60

Mesures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Chiffres:
    """What was measured on two towns, the small one first."""

    familles: tuple[int, int]
    mesures: tuple[Mesures, Mesures]
    #: Days booked in the large town.
    presences: int
    #: Seconds to load a thousand households; none when the towns of an earlier run were kept.
    chargement: float | None


def rapport(chiffres: Chiffres, *, mois: int, charge: float, coeurs: int) -> str:
    petite, grande = chiffres.familles
    lignes = [
        "# Coût des pages",
        "",
        f"Commune de {_entier(grande)} familles, dont chacune a réservé pendant {mois} mois "
        f"({_entier(chiffres.presences)} jours réservés en tout), et de {_entier(petite)} pour voir ce qui grandit "
        "avec la commune. Famille du tutoriel : deux enfants, trois soirs par semaine toute l’année scolaire. "
        "Pages chaudes, appels WSGI directs sans réseau, médiane de dix appels dans le "
        "plus calme de huit tours. « CPU » : processus Python ; « base » : processus PostgreSQL de la connexion ; "
        "« boucle témoin » : une même boucle de calcul, mesurée entre les tours, qui dit si la machine était prise. "
        "`python -m bench` refait tout, `python -m bench --garder` mesure de nouveau les mêmes communes.",
        "",
        f"| Page | CPU (ms) | boucle témoin (ms) | base (ms) | requêtes | octets | CPU à {_entier(petite)} familles "
        f"| base à {_entier(petite)} | requêtes à {_entier(petite)} | pair : CPU (ms) | visée : CPU (ms), requêtes "
        "| tenue |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
        *(_ligne(page, chiffres) for page in chiffres.mesures[1]),
        "",
    ]
    if chiffres.chargement is not None:
        lignes += [
            f"Chargement d’une commune de 1 000 familles par la démonstration : {_nombre(chiffres.chargement)} s "
            f"(visée : {CHARGEMENT_MAXIMUM} s).",
            "",
        ]
    lignes.append(
        f"Charge de la machine à la fin : {_nombre(charge)} pour {coeurs} cœurs ; au-delà d’un "
        "processus par cœur, les temps sont trop hauts et ne se comparent qu’entre eux."
    )
    return "\n".join(lignes) + "\n"


def _ligne(page: str, chiffres: Chiffres) -> str:
    temoin, cout = (mesures[page] for mesures in chiffres.mesures)
    if "statut" in cout or "statut" in temoin:
        return f"| {page} | non mesurée : réponse {cout.get('statut', temoin.get('statut'))} |" + " |" * 10
    visee = VISEES.get(page)
    return (
        f"| {page} | {_nombre(cout['cpu_ms'])} | {_nombre(cout['temoin_ms'])} | {_nombre(cout['base_ms'])} "
        f"| {cout['requetes']:.0f} | {_entier(cout['octets'])} | {_nombre(temoin['cpu_ms'])} "
        f"| {_nombre(temoin['base_ms'])} | {temoin['requetes']:.0f} "
        f"| {_entier(PAIR[page]) if page in PAIR else '–'} | {_visee(visee)} | {_tenue(cout, visee)} |"
    )


def _visee(visee: tuple[int, int | None] | None) -> str:
    if visee is None:
        return "–"
    return f"{visee[0]}" if visee[1] is None else f"{visee[0]}, {visee[1]}"


def _tenue(cout: dict[str, float], visee: tuple[int, int | None] | None) -> str:
    if visee is None:
        return "–"
    dans_les_requetes = visee[1] is None or cout["requetes"] <= visee[1]
    return "oui" if cout["cpu_ms"] <= visee[0] and dans_les_requetes else "pas encore"


def _nombre(valeur: float) -> str:
    return f"{valeur:.1f}".replace(".", ",")


def _entier(valeur: float) -> str:
    return f"{valeur:,.0f}".replace(",", "\u202f")
