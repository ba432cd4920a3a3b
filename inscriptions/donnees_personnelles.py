"""What becomes of a registration filed online when its household is exported or erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from documents import coffre
from familles.champs import ADRESSE, ADULTE
from portail.commun.donnees import Perimetre, Politique, Sort

RAISON = "Demande d’inscription déposée en ligne : la fiche de la famille l’a remplacée."


def _demandes(perimetre: Perimetre, lien: str = "") -> Q:
    """Requests attached to the household, and those that its addresses filed without an answer yet."""
    return Q(**{f"{lien}famille": perimetre.famille}) | Q(
        **{f"{lien}famille": None, f"{lien}courriel__in": perimetre.adresses}
    )


def _effacer_les_fichiers(pieces: QuerySet[Any]) -> None:
    noms = list(pieces.values_list("fichier", flat=True))
    transaction.on_commit(lambda: [coffre.effacer(nom) for nom in noms] and None)


POLITIQUES = [
    Politique(
        "inscriptions.ComplementDossier",
        Sort.EFFACER,
        RAISON,
        lambda p: _demandes(p, "dossier__"),
        exporte=("motif", "points", "demande_le", "clos_le"),
        tus=("dossier", "demande_par"),
    ),
    Politique(
        "inscriptions.PieceDossier",
        Sort.EFFACER,
        RAISON,
        lambda p: _demandes(p, "dossier__"),
        exporte=("type.nom", "nom", "envoyee_le"),
        tus=("dossier", "enfant", "type", "fichier", "empreinte", "octets", "format", "pages"),
        avant=_effacer_les_fichiers,
    ),
    Politique(
        "inscriptions.EnfantDossier",
        Sort.EFFACER,
        RAISON,
        lambda p: _demandes(p, "dossier__"),
        exporte=(
            "nom",
            "prenom",
            "sexe",
            "date_naissance",
            "lieu_naissance",
            "departement_naissance",
            "ecole.nom",
            "niveau",
            "autre_foyer",
        ),
        tus=("dossier",),
    ),
    Politique(
        "inscriptions.AdulteDossier",
        Sort.EFFACER,
        RAISON,
        lambda p: _demandes(p, "dossier__"),
        exporte=ADULTE,
        tus=("dossier", "rang"),
    ),
    Politique(
        "inscriptions.DossierInscription",
        Sort.EFFACER,
        RAISON,
        _demandes,
        exporte=(
            "nom",
            "courriel",
            *ADRESSE,
            "telephone",
            "situation",
            "regime",
            "numero_allocataire",
            "message",
            "etat",
            "envoye_le",
            "traite_le",
            "motif_refus",
        ),
        tus=("cree_le", "modifie_le", "complement_le", "traite_par", "famille"),
    ),
]
