"""What a batch of lines says: households with their people, and every problem of every line. No database here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dossiers.importation.colonnes import COLONNES, PAR_NOM
from dossiers.importation.valeurs import en_texte
from dossiers.models import LigneImportation
from familles import saisie
from portail.commun.texte import normaliser

ADULTES_PAR_FOYER = 4
AGE_MAXIMAL_D_UN_ENFANT = 25


@dataclass
class Personne:
    """An adult or a child: its key in the other product, its values, the first line that names it."""

    cle: str
    valeurs: dict[str, Any]
    ligne: LigneImportation


@dataclass
class Foyer:
    """All the lines of one reference: written together, or not at all."""

    reference: str
    lignes: list[LigneImportation] = field(default_factory=list)
    valeurs: dict[str, Any] = field(default_factory=dict)
    adultes: dict[str, Personne] = field(default_factory=dict)
    enfants: dict[str, Personne] = field(default_factory=dict)

    @property
    def est_refuse(self) -> bool:
        return any(probleme["grave"] for ligne in self.lignes for probleme in ligne.problemes)


def noter(ligne: LigneImportation, colonne: str, phrase: str, *, grave: bool = True) -> None:
    probleme = {"colonne": colonne, "phrase": phrase, "grave": grave}
    if probleme not in ligne.problemes:
        ligne.problemes.append(probleme)


def analyser(lignes: Iterable[LigneImportation], colonnes: Mapping[str, int], jour: date) -> list[Foyer]:
    """Read the lines again from their cells, gather them by household, and note what is wrong on each."""
    foyers: dict[str, Foyer] = {}
    for ligne in lignes:
        ligne.problemes = []
        # Lines without a reference have nothing in common.
        foyer = foyers.setdefault(ligne.groupe or f"ligne {ligne.numero}", Foyer(ligne.groupe))
        foyer.lignes.append(ligne)
        valeurs, illisibles = _lire(ligne, colonnes)
        _ranger_famille(foyer, ligne, valeurs.get("famille", {}))
        for objet in ("adulte1", "adulte2"):
            _ranger_adulte(foyer, ligne, objet, valeurs.get(objet, {}), illisibles, jour)
        _ranger_enfant(foyer, ligne, valeurs.get("enfant", {}), illisibles, jour)
    for foyer in foyers.values():
        _verifier_le_foyer(foyer)
    return list(foyers.values())


def _lire(ligne: LigneImportation, colonnes: Mapping[str, int]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Return the values by object, and the names of those that could not be read: their problem is noted already."""
    lues: dict[str, dict[str, Any]] = {}
    illisibles: set[str] = set()
    for colonne in COLONNES:
        rang = colonnes.get(colonne.nom)
        case = ligne.valeurs[rang] if rang is not None and rang < len(ligne.valeurs) else ""
        if not case:
            continue
        try:
            lues.setdefault(colonne.objet, {})[colonne.attribut] = colonne.lire(case)
        except ValueError as faute:
            noter(ligne, colonne.libelle, str(faute))
            illisibles.add(colonne.nom)
    return lues, illisibles


def _ranger_famille(foyer: Foyer, ligne: LigneImportation, valeurs: dict[str, Any]) -> None:
    if not foyer.reference:
        noter(ligne, PAR_NOM["famille.reference"].libelle, "La référence de la famille manque.")
    for attribut, valeur in valeurs.items():
        connue = foyer.valeurs.setdefault(attribut, valeur)
        if connue != valeur:
            premiere = foyer.lignes[0].numero
            noter(
                ligne,
                PAR_NOM[f"famille.{attribut}"].libelle,
                f"Différent de la ligne {premiere}, pour la même famille : laquelle est juste ?",
            )


def _ranger_adulte(
    foyer: Foyer, ligne: LigneImportation, objet: str, valeurs: dict[str, Any], illisibles: set[str], jour: date
) -> None:
    if not set(valeurs) - {"reference", "civilite", "lien", "autorite_parentale"}:
        return
    for attribut in ("nom", "prenom"):
        if (nom := f"{objet}.{attribut}") in illisibles:
            return
        if attribut not in valeurs:
            noter(ligne, PAR_NOM[nom].libelle, "Cette case est vide, alors que l’adulte est décrit.")
            return
    if (naissance := valeurs.get("date_naissance")) is not None:
        try:
            saisie.naissance_d_un_adulte(naissance, jour)
        except ValueError as faute:
            noter(ligne, PAR_NOM[f"{objet}.date_naissance"].libelle, str(faute))
    propre = valeurs.pop("reference", "")
    # An adult of two households is a row in each of them: the key says which.
    repere = f"{foyer.reference}/{propre}" if propre else _repere(foyer, f"{valeurs['prenom']} {valeurs['nom']}")
    _reunir(foyer.adultes, repere, valeurs, ligne, objet)


def _ranger_enfant(
    foyer: Foyer, ligne: LigneImportation, valeurs: dict[str, Any], illisibles: set[str], jour: date
) -> None:
    if not set(valeurs) - {"reference"}:
        return
    manquants = [attribut for attribut in ("nom", "prenom", "date_naissance") if attribut not in valeurs]
    for nom in (f"enfant.{attribut}" for attribut in manquants):
        if nom not in illisibles:
            noter(ligne, PAR_NOM[nom].libelle, "Cette case est vide : l’enfant en a besoin.")
    if manquants:
        return
    naissance = valeurs["date_naissance"]
    if not 0 <= (jour - naissance).days / 365.25 <= AGE_MAXIMAL_D_UN_ENFANT:
        noter(
            ligne,
            PAR_NOM["enfant.date_naissance"].libelle,
            "Vérifiez l’année : cette date n’est pas celle d’un enfant.",
        )
    propre = f"{valeurs['prenom']} {valeurs['nom']}"
    repere = valeurs.pop("reference", "") or _repere(foyer, f"{propre} {naissance.isoformat()}")
    _reunir(foyer.enfants, repere, valeurs, ligne, "enfant")


def comparer_les_enfants_partages(
    foyers: Sequence[Foyer], ailleurs: Iterable[LigneImportation], colonnes: Mapping[str, int]
) -> None:
    """Note where two households disagree on a child that they share: a replay would write one, then the other."""
    if "enfant.reference" not in colonnes:
        return
    rangs = [(c, colonnes[c.nom]) for c in COLONNES if c.objet == "enfant" and c.nom in colonnes]
    autres: dict[str, list[LigneImportation]] = {}
    dans_le_lot = [enfant.ligne for foyer in foyers for enfant in foyer.enfants.values()]
    for ligne in (*ailleurs, *dans_le_lot):
        autres.setdefault(ligne.valeurs[colonnes["enfant.reference"]], []).append(ligne)
    for foyer in foyers:
        for cle, enfant in foyer.enfants.items():
            for autre in autres.get(cle, ()):
                for colonne, rang in rangs:
                    ici, la = enfant.ligne.valeurs[rang], autre.valeurs[rang]
                    if autre.groupe != foyer.reference and ici != la:
                        noter(
                            enfant.ligne,
                            colonne.libelle,
                            f"Différent de la ligne {autre.numero}, pour le même enfant dans un autre foyer.",
                        )


def _repere(foyer: Foyer, qui: str) -> str:
    """Make a key for who has none in the file: the household and the name, shortened when it would not fit."""
    condense = hashlib.sha256(normaliser(qui).encode()).hexdigest()[:16]
    return f"{foyer.reference}/{normaliser(qui)[:30]}/{condense}"


def _reunir(
    connus: dict[str, Personne], cle: str, valeurs: dict[str, Any], ligne: LigneImportation, objet: str
) -> None:
    """Add a person, or complete the one of an earlier line; two lines that disagree are a problem."""
    personne = connus.setdefault(cle, Personne(cle, {}, ligne))
    for attribut, valeur in valeurs.items():
        if personne.valeurs.setdefault(attribut, valeur) != valeur:
            noter(
                ligne,
                PAR_NOM[f"{objet}.{attribut}"].libelle,
                f"Différent de la ligne {personne.ligne.numero}, pour la même personne : laquelle est juste ?",
            )


def _verifier_le_foyer(foyer: Foyer) -> None:
    premiere = foyer.lignes[0]
    if len(foyer.adultes) > ADULTES_PAR_FOYER:
        noter(premiere, "Adultes", f"Cette famille a plus de {ADULTES_PAR_FOYER} adultes : vérifiez sa référence.")
    if foyer.valeurs.get("code_postal"):
        try:
            foyer.valeurs["code_postal"] = saisie.code_postal(
                foyer.valeurs["code_postal"], foyer.valeurs.get("pays", "France")
            )
        except ValueError as faute:
            noter(premiere, PAR_NOM["famille.code_postal"].libelle, str(faute))
    if "nom" not in foyer.valeurs and foyer.adultes:
        foyer.valeurs["nom"] = next(iter(foyer.adultes.values())).valeurs["nom"]


def signaler_les_lignes_voisines(foyer: Foyer) -> None:
    """Say, on the lines that are right, which one of the same household keeps them from being written."""
    fautives = [ligne.numero for ligne in foyer.lignes if any(p["grave"] for p in ligne.problemes)]
    for ligne in foyer.lignes:
        if fautives and ligne.numero not in fautives:
            noter(
                ligne,
                PAR_NOM["famille.reference"].libelle,
                f"Refusée avec la ligne {fautives[0]} : une famille est reprise entière, ou pas du tout.",
            )


def empreintes(valeurs: Mapping[str, Any]) -> dict[str, str]:
    """Return a short digest of each value: enough to see a change, and no copy of the data."""
    return {
        attribut: hashlib.blake2b(en_texte(valeur).encode(), digest_size=6).hexdigest()
        for attribut, valeur in valeurs.items()
    }


def changements(valeurs: Mapping[str, Any], connues: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that the file did not have the last time."""
    nouvelles = empreintes(valeurs)
    return {attribut: valeur for attribut, valeur in valeurs.items() if connues.get(attribut) != nouvelles[attribut]}


def cles(foyers: Sequence[Foyer]) -> dict[str, set[str]]:
    """Return the keys that a batch names, by nature."""
    return {
        "famille": {foyer.reference for foyer in foyers},
        "adulte": {cle for foyer in foyers for cle in foyer.adultes},
        "enfant": {cle for foyer in foyers for cle in foyer.enfants},
    }
