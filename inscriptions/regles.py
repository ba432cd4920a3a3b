"""What a registration file must hold before it is sent, and how two addresses are told the same: pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inscriptions.enums import Section
from portail.commun.texte import normaliser

ADULTES_AU_PLUS = 6
ENFANTS_AU_PLUS = 12
PIECES_AU_PLUS = 30
#: Place of one file in the store: what its household will have once accepted holds much more.
OCTETS_DES_PIECES = 60 * 1024 * 1024
#: Digits by which a French phone is the same with 0 or +33 in front.
CHIFFRES_COMPARES = 9
_ABREVIATIONS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "bvd": "boulevard",
    "ch": "chemin",
    "che": "chemin",
    "imp": "impasse",
    "pl": "place",
    "r": "rue",
    "rte": "route",
    "st": "saint",
    "ste": "sainte",
    "all": "allee",
    "lot": "lotissement",
    "res": "residence",
}


@dataclass(frozen=True)
class Adulte:
    """What the rules read of an adult."""

    nom: str
    joignable: bool
    autorite_parentale: bool


@dataclass(frozen=True)
class Etat:
    """What the rules read of a file."""

    foyer_rempli: bool
    adultes: Sequence[Adulte]
    enfants: int


@dataclass(frozen=True)
class Manque:
    """One thing to complete, and the step where it is."""

    section: Section
    phrase: str


def manques(etat: Etat) -> list[Manque]:
    """Return all that prevents the sending, in the order of the steps; the pieces may follow later."""
    trouves = []
    if not etat.foyer_rempli:
        trouves.append(Manque(Section.FOYER, "Complétez le nom et l’adresse du foyer."))
    if not etat.adultes:
        trouves.append(Manque(Section.ADULTES, "Ajoutez au moins un adulte : vous, pour commencer."))
    elif not any(adulte.autorite_parentale for adulte in etat.adultes):
        trouves.append(Manque(Section.ADULTES, "L’un des adultes doit avoir l’autorité parentale."))
    if etat.adultes and not etat.adultes[0].joignable:
        trouves.append(Manque(Section.ADULTES, f"Donnez un téléphone où joindre {etat.adultes[0].nom}."))
    if not etat.enfants:
        trouves.append(Manque(Section.ENFANTS, "Ajoutez au moins un enfant."))
    return trouves


def adresse_comparable(adresse: str) -> str:
    """Return an address as it is compared: « 12, av. des Paludiers » is « 12 avenue des Paludiers »."""
    mots = normaliser(adresse).replace(".", " ").split()
    return " ".join(_ABREVIATIONS.get(mot, mot) for mot in mots)


def fin_de_telephone(numero: str) -> str:
    """Return the digits that are compared, or nothing when the number is too short to say anything."""
    chiffres = re.sub(r"\D", "", numero)
    return chiffres[-CHIFFRES_COMPARES:] if len(chiffres) >= CHIFFRES_COMPARES else ""
