"""What a file may hold, how each piece of data is read, and how its title is recognised.

One line is one child with its household and up to two adults; or an adult alone. A household that takes several lines
repeats its reference, and its lines may each bring a child, an adult, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dossiers.importation import valeurs as v
from enfants.enums import Niveau, Sexe
from familles.enums import Civilite, LienResponsable, Regime, SituationFamiliale


@dataclass(frozen=True)
class Colonne:
    """One piece of data: ``objet.attribut``, its label, how it is read, and titles by which it is guessed."""

    nom: str
    libelle: str
    lire: Callable[[str], Any]
    titres: tuple[str, ...] = ()
    obligatoire: bool = False

    @property
    def objet(self) -> str:
        return self.nom.partition(".")[0]

    @property
    def attribut(self) -> str:
        return self.nom.partition(".")[2]


CIVILITE = v.choix(dict(Civilite.choices), mme="mme", mlle="mme", mademoiselle="mme", m="m", mr="m")
SEXE = v.choix(dict(Sexe.choices), fille="f", feminin="f", femme="f", garcon="m", masculin="m", g="m", h="m")
LIEN = v.choix(
    dict(LienResponsable.choices), maman="mere", papa="pere", belle_mere="beau_parent", beau_pere="beau_parent",
    tutrice="tuteur",
)  # fmt: skip
SITUATION = v.choix(
    dict(SituationFamiliale.choices), marie="maries", mariee="maries", pacse="pacses", concubinage="vie_maritale",
    union_libre="vie_maritale", separe="separes", divorce="separes", divorces="separes", celibataire="seul",
    monoparentale="seul",
)  # fmt: skip
REGIME = v.choix(dict(Regime.choices), general="caf", regime_general="caf", agricole="msa", regime_agricole="msa")
NIVEAU = v.choix(dict(Niveau.choices), toute_petite_section="tps", sixieme="6e", cinquieme="5e", quatrieme="4e",
    troisieme="3e", cours_preparatoire="cp")  # fmt: skip

FAMILLE = (
    Colonne(
        "famille.reference",
        "Référence de la famille",
        v.reference(60),
        (
            "reference famille",
            "ref famille",
            "n famille",
            "no famille",
            "numero famille",
            "code famille",
            "id famille",
            "identifiant famille",
            "dossier",
        ),
        obligatoire=True,
    ),
    Colonne("famille.nom", "Nom de la famille", v.texte(80), ("famille", "nom famille", "nom foyer", "nom du foyer")),
    Colonne("famille.adresse", "Adresse", v.texte(120), ("adresse 1", "rue", "voie")),
    Colonne("famille.complement", "Complément d’adresse", v.texte(120), ("adresse 2", "complement")),
    Colonne("famille.code_postal", "Code postal", v.code_postal, ("cp",)),
    Colonne("famille.ville", "Ville", v.texte(80), ("commune", "localite")),
    Colonne("famille.pays", "Pays", v.texte(60)),
    Colonne(
        "famille.telephone", "Téléphone du domicile", v.telephone, ("telephone", "tel", "tel fixe", "tel domicile")
    ),
    Colonne("famille.situation", "Situation familiale", SITUATION, ("situation",)),
    Colonne("famille.regime", "Régime", REGIME, ("regime allocataire", "caisse")),
    Colonne("famille.numero_allocataire", "N° allocataire", v.texte(20), ("allocataire", "numero caf", "n caf")),
    Colonne("famille.residente", "Réside dans la commune", v.oui_non, ("resident", "commune oui non")),
    Colonne("famille.quotient", "Quotient familial", v.entier, ("quotient", "qf")),
    Colonne("famille.quotient_du", "Quotient à partir du", v.jour, ("date quotient", "date qf", "qf du")),
)
_ADULTE: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
    ("reference", "référence", v.reference(60), ("id", "identifiant", "code", "numero")),
    ("civilite", "civilité", CIVILITE, ("titre",)),
    ("nom", "nom", v.texte(80), ()),
    ("nom_naissance", "nom de naissance", v.texte(80), ("nom naissance", "nom jeune fille")),
    ("prenom", "prénom", v.texte(80), ()),
    ("lien", "lien avec les enfants", LIEN, ("lien", "qualite", "lien de parente")),
    ("date_naissance", "date de naissance", v.jour, ("ne le", "naissance")),
    ("autorite_parentale", "autorité parentale", v.oui_non, ()),
    ("email", "adresse électronique", v.email, ("email", "mail", "courriel", "e mail")),
    ("telephone_mobile", "téléphone portable", v.telephone, ("portable", "mobile", "tel portable", "gsm")),
    ("telephone_travail", "téléphone professionnel", v.telephone, ("tel travail", "tel pro", "telephone travail")),
    ("profession", "profession", v.texte(80), ("metier",)),
    ("employeur", "employeur", v.texte(80), ()),
)
_PREFIXES = {
    "adulte1": ("adulte 1", "responsable 1", "parent 1", "resp 1", "representant 1", "mere", "resp1", "parent1"),
    "adulte2": ("adulte 2", "responsable 2", "parent 2", "resp 2", "representant 2", "pere", "resp2", "parent2"),
}
ADULTES = tuple(
    Colonne(
        f"{objet}.{attribut}",
        f"Adulte {objet[-1]}, {libelle}",
        lire,
        tuple(
            forme
            for mot in (libelle, *titres)
            for prefixe in prefixes
            for forme in (f"{prefixe} {mot}", f"{mot} {prefixe}")
        ),
    )
    for objet, prefixes in _PREFIXES.items()
    for attribut, libelle, lire, titres in _ADULTE
)
_ENFANT: tuple[tuple[str, str, Callable[[str], Any], tuple[str, ...]], ...] = (
    ("reference", "référence", v.reference(60), ("id", "identifiant", "code", "numero", "n")),
    ("nom", "nom", v.texte(80), ()),
    ("prenom", "prénom", v.texte(80), ()),
    ("sexe", "sexe", SEXE, ("genre",)),
    ("date_naissance", "date de naissance", v.jour, ("ne le", "naissance")),
    ("lieu_naissance", "lieu de naissance", v.texte(80), ("ne a",)),
    ("ecole", "école", v.texte(120), ("etablissement scolaire",)),
    ("niveau", "niveau", NIVEAU, ()),
    ("classe", "classe", v.texte(60), ()),
)
ENFANT = tuple(
    Colonne(
        f"enfant.{attribut}",
        f"Enfant, {libelle}",
        lire,
        tuple(
            forme
            for mot in (libelle, *titres)
            for forme in (f"enfant {mot}", f"{mot} enfant", f"{mot} de l enfant", f"eleve {mot}", f"{mot} eleve")
        )
        + ((libelle,) if attribut in {"sexe", "ecole", "niveau", "classe"} else ()),
    )
    for attribut, libelle, lire, titres in _ENFANT
)
COLONNES = (*FAMILLE, *ADULTES, *ENFANT)
PAR_NOM: Mapping[str, Colonne] = {colonne.nom: colonne for colonne in COLONNES}
