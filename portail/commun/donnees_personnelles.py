"""What becomes of mails, traces and journals when a household is exported or erased."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, F, Q, Value, When

from portail.commun.donnees import Perimetre, Politique, Sort
from portail.commun.enums import EtatCourriel


def _entrees_du_journal(perimetre: Perimetre) -> Q:
    """Entries of the staff's journal about the rows of the gesture: they repeat the names of what was edited."""
    types = {f"{t.app_label}.{t.model}": t.pk for t in ContentType.objects.all()}
    conditions = [
        Q(content_type=types[modele.lower()], object_id__in=cles)
        for modele, cles in perimetre.objets.items()
        if cles and modele.lower() in types
    ]
    return reduce(or_, conditions, Q(pk=None))


POLITIQUES = [
    Politique(
        "commun.Courriel",
        Sort.ANONYMISER,
        "La date et le genre du courriel restent, pour le suivi des envois ; ni adresse, ni texte.",
        lambda p: Q(famille_cle=p.famille_cle) | Q(destinataire__in=p.adresses),
        service=("cree_le", "destinataire", "sujet", "etat", "envoye_le"),
        tus=(
            "nom",
            "texte",
            "html",
            "famille_cle",
            "confidentiel",
            "essais",
            "prochain_essai_le",
            "reserve_jusqu_au",
            "derniere_erreur",
        ),
        blancs={
            "destinataire": "",
            "sujet": "Courriel effacé",
            "texte": "",
            "html": "",
            "derniere_erreur": "",
            # What was not sent yet will not be.
            "etat": Case(
                When(etat=EtatCourriel.A_ENVOYER, then=Value(EtatCourriel.ABANDONNE.value)), default=F("etat")
            ),
        },
    ),
    Politique(
        "commun.EnvoiUnique",
        Sort.EFFACER,
        "Clés de formulaires, utiles quelques minutes.",
        lambda p: Q(utilisateur__in=p.connexions),
        tus=("geste", "utilisateur", "suite", "le"),
    ),
    Politique(
        "admin.LogEntry",
        Sort.ANONYMISER,
        "Le journal de la gestion garde qui a fait quoi et quand ; les noms et les valeurs en partent.",
        _entrees_du_journal,
        tus=("action_time", "user", "content_type", "object_id", "object_repr", "action_flag", "change_message"),
        blancs={"object_repr": "effacé", "change_message": ""},
    ),
    Politique(
        "commun.Trace",
        Sort.ANONYMISER,
        "Le registre de sécurité dit qui a fait quoi et quand : l’auteur, le geste et la date restent, sans contenu.",
        lambda p: Q(famille_cle=p.famille_cle) | Q(objet_cle__in=p.cles),
        service=("le", "geste", "libelle"),
        tus=("auteur", "objet", "objet_cle", "famille_cle", "avant", "apres", "motif"),
        blancs={"libelle": "", "avant": {}, "apres": {}, "motif": ""},
    ),
]
