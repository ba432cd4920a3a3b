"""The data of a household as files: JSON for machines, PDF for people, the pieces it sent, in one ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone

from contenu.models import Commune
from documents import coffre
from documents.models import Document
from dossiers import ordre, registre
from dossiers import perimetre as perimetres
from enfants.actions.sante import noter_lecture
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.donnees import Perimetre, Politique
from portail.commun.gestes import geste_en_clair
from portail.commun.pdf import ecrire
from portail.commun.templatetags.typographie import date_courte, euros, heure, quantite
from portail.commun.traces import tracer
from reservations.enums import MotifRefus

#: Beyond, a rubric of the PDF says that the rest is in the JSON, which holds everything.
LIGNES_DU_PDF = 300
#: Up to that many columns a rubric is a table; beyond, one card for each row.
COLONNES_D_UN_TABLEAU = 6
#: (model, field) -> the words of a code, or of a number that is no amount.
MOTS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("commun.Trace", "geste"): geste_en_clair,
    ("facturation.LigneFacture", "quantite"): quantite,
    ("reservations.LigneDemande", "motifs"): lambda codes: [str(MotifRefus(code).label) for code in codes],
}
#: Last steps of a path that are named by the link before them: « école », not « nom ».
NOMS = frozenset({"nom", "prenom", "libelle", "numero", "sujet"})


@dataclass(frozen=True)
class Rubrique:
    """One model of the export: its fields (name, label) and its rows of values, as Python has them."""

    modele: str
    titre: str
    champs: list[tuple[str, str]]
    lignes: list[list[Any]]


@dataclass(frozen=True)
class Demande:
    """Who asks for which data: the service has its own notes too, and what its rights open."""

    famille: Famille
    lecteur: Utilisateur
    service: bool
    #: Children whose health data the reader may read.
    sante: Collection[int]
    documents_de_sante: bool


def archive(demande: Demande, maintenant: datetime) -> bytes:
    """Return the bytes of the ZIP; the export is traced, and each child whose health is in it logged as read."""
    perimetre = perimetres.pour_exporter(
        demande.famille,
        jour=aujourdhui(maintenant),
        sante=demande.sante,
        connexions=None if demande.service else [demande.lecteur.pk],
    )
    _noter(demande, perimetre, maintenant)
    rubriques = rassembler(perimetre, service=demande.service)
    fichier = io.BytesIO()
    with zipfile.ZipFile(fichier, "w", zipfile.ZIP_DEFLATED) as sortie:
        sortie.writestr("donnees.json", en_json(demande.famille, rubriques, maintenant))
        sortie.writestr("dossier.pdf", en_pdf(demande.famille, rubriques, maintenant))
        for nom, contenu in _pieces(demande):
            sortie.writestr(nom, contenu)
    return fichier.getvalue()


@transaction.atomic
def _noter(demande: Demande, perimetre: Perimetre, maintenant: datetime) -> None:
    for enfant in Enfant.objects.filter(pk__in=perimetre.enfants_sante).order_by("pk"):
        noter_lecture(enfant=enfant, utilisateur=demande.lecteur, page="dossiers:export", maintenant=maintenant)
    tracer(
        geste="famille.exportee",
        objet="famille",
        objet_cle=demande.famille.cle,
        libelle=str(demande.famille),
        famille_cle=demande.famille.cle,
        auteur=demande.lecteur,
        maintenant=maintenant,
        apres={"avec les données de santé": "oui" if perimetre.enfants_sante else "non"},
    )


def rassembler(perimetre: Perimetre, *, service: bool) -> list[Rubrique]:
    """Return what the declared policies export of a household, as a person reads it. One query for each model."""
    rubriques = []
    for politique in sorted(registre.du_foyer(), key=lambda une: ordre.rang(une.modele)):
        chemins = [*politique.exporte, *(politique.service if service else ())]
        if not chemins or (politique.sante and not perimetre.enfants_sante):
            continue
        liens = sorted({chemin.rpartition(".")[0].replace(".", "__") for chemin in chemins if "." in chemin})
        lignes = politique.dans(perimetre)
        lignes = lignes.select_related(*liens) if liens else lignes
        rubriques.append(
            Rubrique(
                politique.modele,
                ordre.titre(politique.modele, str(politique.classe._meta.verbose_name_plural).capitalize()),
                [(chemin, _libelle(politique, chemin)) for chemin in chemins],
                [[_valeur(objet, chemin) for chemin in chemins] for objet in lignes],
            )
        )
    return rubriques


def _libelle(politique: Politique, chemin: str) -> str:
    etapes = chemin.split(".")
    modele: Any = politique.classe
    champs = []
    for etape in etapes:
        champs.append(modele._meta.get_field(etape))
        modele = champs[-1].related_model
    nomme = champs[-2] if len(champs) > 1 and etapes[-1] in NOMS else champs[-1]
    return str(nomme.verbose_name).capitalize()


def _valeur(objet: Model, chemin: str) -> Any:
    *liens, dernier = chemin.split(".")
    for lien in liens:
        suivant = getattr(objet, lien)
        if suivant is None:
            return None
        objet = suivant
    affiche = getattr(objet, f"get_{dernier}_display", None)
    return affiche() if affiche is not None else getattr(objet, dernier)


def en_json(famille: Famille, rubriques: Iterable[Rubrique], maintenant: datetime) -> str:
    """Return the export for machines: fields by their name, dates in ISO 8601, amounts as text."""
    return json.dumps(
        {
            "format": "portail-famille/dossier",
            "version": 1,
            "famille": famille.code,
            "exporte_le": maintenant,
            "rubriques": {
                rubrique.modele: [
                    dict(zip([nom for nom, _ in rubrique.champs], ligne, strict=True)) for ligne in rubrique.lignes
                ]
                for rubrique in rubriques
            },
        },
        ensure_ascii=False,
        indent=1,
        default=_pour_json,
    )


def _pour_json(valeur: Any) -> str:
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)


def en_pdf(famille: Famille, rubriques: Iterable[Rubrique], maintenant: datetime) -> bytes:
    commune = Commune.objects.filter(pk=1).first()
    pages = [_en_page(rubrique) for rubrique in rubriques if rubrique.lignes]
    chapitres = [{"titre": titre, "rubriques": list(siennes)} for titre, siennes in groupby(pages, _chapitre)]
    html = render_to_string(
        "dossiers/pdf/dossier.html", {"famille": famille, "commune": commune, "chapitres": chapitres, "le": maintenant}
    )
    return ecrire(html=html, css=_feuille(commune.couleur_principale if commune else "#0B5563"))


def _chapitre(page: dict[str, Any]) -> str:
    return str(page["chapitre"])


def _en_page(rubrique: Rubrique) -> dict[str, Any]:
    """Write the rows of a rubric as they are read, in a table or one card each; an empty column says nothing."""
    toutes = [
        [
            en_clair(en_mots(rubrique.modele, nom, valeur))
            for (nom, _), valeur in zip(rubrique.champs, ligne, strict=True)
        ]
        for ligne in rubrique.lignes[:LIGNES_DU_PDF]
    ]
    remplies = [rang for rang in range(len(rubrique.champs)) if any(ligne[rang] for ligne in toutes)]
    colonnes = [rubrique.champs[rang][1] for rang in remplies]
    lignes = [[ligne[rang] for rang in remplies] for ligne in toutes]
    en_tableau = len(colonnes) <= COLONNES_D_UN_TABLEAU
    return {
        "chapitre": ordre.chapitre(rubrique.modele),
        "titre": rubrique.titre,
        "colonnes": colonnes,
        "en_tableau": en_tableau,
        "lignes": lignes,
        "fiches": []
        if en_tableau
        else [[(libelle, mot) for libelle, mot in zip(colonnes, ligne, strict=True) if mot] for ligne in lignes],
        "de_plus": max(len(rubrique.lignes) - LIGNES_DU_PDF, 0),
    }


def en_mots(modele: str, champ: str, valeur: Any) -> Any:
    """Put words on the codes that a model keeps without choices of its own; the JSON keeps the codes."""
    traduire = MOTS.get((modele, champ))
    return traduire(valeur) if traduire is not None else valeur


@lru_cache(maxsize=4)
def _feuille(couleur: str) -> str:
    return render_to_string("dossiers/pdf/dossier.css", {"couleur": couleur})


def en_clair(valeur: Any) -> str:
    """Write a value as it is read: « oui », « 15/01/2018 à 10 h 05 », « 5,25 € »."""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        local = timezone.localtime(valeur)
        return f"{date_courte(local)} à {heure(local)}"
    if isinstance(valeur, date):
        return date_courte(valeur)
    if isinstance(valeur, Decimal):
        return euros(valeur)
    if isinstance(valeur, list):
        return ", ".join(en_clair(une) for une in valeur)
    return "" if valeur is None else str(valeur)


def _pieces(demande: Demande) -> Iterable[tuple[str, bytes]]:
    """Yield the files that this household sent; one that is missing from the store is left out."""
    documents = Document.objects.filter(famille=demande.famille).select_related("type").order_by("pk")
    for rang, document in enumerate(documents, 1):
        if document.type.sante and not demande.documents_de_sante:
            continue
        fichier = coffre.chemin(document.fichier)
        if fichier.is_file():
            propre = "".join(lettre if lettre.isalnum() or lettre in " -_" else "-" for lettre in document.nom)
            yield f"pieces/{rang:03d} {propre[:60].strip()}.{document.extension}", fichier.read_bytes()
