"""What becomes of the messages of a household when it is exported or erased."""

from __future__ import annotations

from django.db.models import Q

from portail.commun.donnees import Politique, Sort, hors_foyer

POLITIQUES = [
    Politique(
        "contenu.MessageContact",
        Sort.EFFACER,
        "Échanges avec le service, sans valeur une fois la famille partie.",
        lambda p: Q(echange__auteur__in=p.connexions) | Q(echange__auteur=None, echange__courriel__in=p.adresses),
        exporte=("envoye_le", "echange.sujet", "texte", "du_service"),
        tus=("auteur", "echange"),
    ),
    Politique(
        "contenu.Echange",
        Sort.EFFACER,
        "Échanges avec le service, sans valeur une fois la famille partie.",
        lambda p: Q(auteur__in=p.connexions) | Q(auteur=None, courriel__in=p.adresses),
        exporte=("ouvert_le", "sujet", "nom", "courriel", "etat", "dernier_message_le"),
        tus=("auteur",),
    ),
    hors_foyer("contenu.Commune", "Coordonnées de la commune."),
]
