"""What becomes of imported lines and keys when a household is exported or erased."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from dossiers.enums import Nature
from dossiers.models import ReferenceExterne
from portail.commun.donnees import Perimetre, Politique, Sort, hors_foyer


def _lignes(perimetre: Perimetre) -> Q:
    connues = ReferenceExterne.objects.filter(
        nature=Nature.FAMILLE,
        famille=perimetre.famille,
        identifiant=OuterRef("groupe"),
        source=OuterRef("importation__source"),
    )
    return Q(Exists(connues))


POLITIQUES = [
    Politique(
        "dossiers.LigneImportation",
        Sort.EFFACER,
        "Lignes du fichier d’où vient la famille.",
        _lignes,
        tus=("importation", "numero", "valeurs", "groupe", "etat", "effet", "problemes"),
    ),
    Politique(
        "dossiers.ReferenceExterne",
        Sort.EFFACER,
        "Clés de la famille dans un autre logiciel.",
        lambda p: Q(famille=p.famille) | Q(responsable__in=p.responsables) | Q(enfant__in=p.enfants),
        service=("source", "nature", "identifiant"),
        tus=("famille", "responsable", "enfant", "empreintes"),
    ),
    hors_foyer("dossiers.Importation", "Déposée par un membre du personnel."),
]
