"""What waits for the service, on the first page of ``/gestion/``: one line per queue that the person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from documents.models import Document
from facturation.models import Paiement
from familles.models import Modification
from inscriptions.models import DossierInscription
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from reservations.models import Presence

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from familles.models import Utilisateur

RETARD = timedelta(minutes=10)


@dataclass(frozen=True)
class File:
    """One queue: who may open it, its page and its filter, how many wait."""

    droit: str
    page: str
    filtre: str
    un: str
    plusieurs: str
    compter: Callable[[datetime], int]


@dataclass(frozen=True)
class Ligne:
    nombre: int
    texte: str
    lien: str


FILES = [
    File(
        "reservations.view_presence",
        "admin:reservations_presence_changelist",
        "etat__in=demandee,annulation_demandee",
        "jour demandé attend une réponse",
        "jours demandés attendent une réponse",
        lambda maintenant: Presence.objects.a_traiter().count(),
    ),
    File(
        "familles.change_modification",
        "admin:familles_modification_changelist",
        "a_voir=attente",
        "modification d’une famille attend un accord",
        "modifications de familles attendent un accord",
        lambda maintenant: Modification.objects.en_attente().count(),
    ),
    File(
        "familles.change_modification",
        "admin:familles_modification_changelist",
        "a_voir=oui",
        "changement fait par une famille est à regarder",
        "changements faits par des familles sont à regarder",
        lambda maintenant: Modification.objects.a_voir().count(),
    ),
    File(
        "documents.change_document",
        "admin:documents_document_changelist",
        "etat__exact=envoye",
        "document envoyé est à vérifier",
        "documents envoyés sont à vérifier",
        lambda maintenant: Document.objects.a_traiter().count(),
    ),
    File(
        "inscriptions.change_dossierinscription",
        "admin:inscriptions_dossierinscription_changelist",
        "",
        "demande d’inscription est à examiner",
        "demandes d’inscription sont à examiner",
        lambda maintenant: DossierInscription.objects.a_examiner().count(),
    ),
    File(
        "facturation.view_paiement",
        "admin:facturation_paiement_changelist",
        "etat__exact=en_attente",
        "règlement attend sa validation",
        "règlements attendent leur validation",
        lambda maintenant: Paiement.objects.filter(etat="en_attente").count(),
    ),
    File(
        "commun.view_courriel",
        "admin:commun_courriel_changelist",
        "etat__exact=abandonne",
        "courriel n’a pas pu être envoyé",
        "courriels n’ont pas pu être envoyés",
        lambda maintenant: Courriel.objects.filter(etat=EtatCourriel.ABANDONNE).count(),
    ),
    File(
        "commun.view_courriel",
        "admin:commun_courriel_changelist",
        "etat__exact=a_envoyer",
        "courriel attend depuis plus de dix minutes",
        "courriels attendent depuis plus de dix minutes",
        lambda maintenant: Courriel.objects.dus_au(maintenant).filter(cree_le__lt=maintenant - RETARD).count(),
    ),
]


def travail_du_service(utilisateur: Utilisateur | AnonymousUser) -> list[Ligne]:
    """Return the queues that are not empty, among those this person may open."""
    maintenant = timezone.now()
    lignes = []
    for file in FILES:
        if not utilisateur.has_perm(file.droit):
            continue
        if nombre := file.compter(maintenant):
            texte = file.plusieurs if nombre > 1 else file.un
            lignes.append(Ligne(nombre, texte, _adresse(file)))
    return lignes


def _adresse(file: File) -> str:
    try:
        adresse = reverse(file.page)
        return f"{adresse}?{file.filtre}" if file.filtre else adresse
    except NoReverseMatch:
        return ""
