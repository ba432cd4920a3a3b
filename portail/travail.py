"""What waits for the service, on the first page of ``/gestion/``: one line per queue that the person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from facturation.models import Paiement
from familles.models import Modification
from inscriptions.models import DossierInscription
from portail.commun.dates import aujourdhui
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from reservations.attributions import a_preparer
from reservations.enums import EtatAttribution
from reservations.garde import presences_en_conflit
from reservations.models import Attribution, Periode, Presence

RETARD = timedelta(minutes=10)


@dataclass(frozen=True)
class File:
    """One queue: who may open it, its list and its filter, the rows that wait among those of the list."""

    droit: str
    modele: type[Model]
    filtre: str
    un: str
    plusieurs: str
    en_attente: Callable[[Any, datetime], QuerySet[Any]]
    #: Name of the page that shows these rows, when it is not their list.
    page: str = ""


@dataclass(frozen=True)
class Ligne:
    nombre: int
    texte: str
    lien: str


FILES = [
    File(
        "reservations.view_presence",
        Presence,
        "attente=oui",
        "jour demandé attend une réponse",
        "jours demandés attendent une réponse",
        lambda lignes, _: lignes.a_traiter(),
    ),
    File(
        "reservations.view_presence",
        Presence,
        "heures=a_changer",
        "changement d’heures attend une réponse",
        "changements d’heures attendent une réponse",
        lambda lignes, _: lignes.heures_a_changer(),
    ),
    File(
        "reservations.view_presence",
        Presence,
        "garde=conflit",
        "jour réservé est à vérifier entre les foyers d’un enfant",
        "jours réservés sont à vérifier entre les foyers d’un enfant",
        lambda lignes, maintenant: lignes.filter(pk__in=presences_en_conflit(aujourdhui(maintenant))),
    ),
    File(
        "reservations.add_attribution",
        Periode,
        "",
        "pré-réservation est finie, l’attribution de ses places est à préparer",
        "pré-réservations sont finies, l’attribution de leurs places est à préparer",
        a_preparer,
        "admin:reservations_attribution_add",
    ),
    File(
        "reservations.change_attribution",
        Attribution,
        "etat__exact=proposee",
        "attribution de places est à confirmer",
        "attributions de places sont à confirmer",
        lambda lignes, _: lignes.filter(etat=EtatAttribution.PROPOSEE),
    ),
    File(
        "familles.change_modification",
        Modification,
        "a_voir=attente",
        "modification d’une famille attend un accord",
        "modifications de familles attendent un accord",
        lambda lignes, _: lignes.en_attente(),
    ),
    File(
        "familles.change_modification",
        Modification,
        "a_voir=oui",
        "changement fait par une famille est à regarder",
        "changements faits par des familles sont à regarder",
        lambda lignes, _: lignes.a_voir(),
    ),
    File(
        "documents.change_document",
        Document,
        "etat__exact=envoye",
        "document envoyé est à vérifier",
        "documents envoyés sont à vérifier",
        lambda lignes, _: lignes.a_traiter(),
    ),
    File(
        "inscriptions.change_dossierinscription",
        DossierInscription,
        "",
        "demande d’inscription est à examiner",
        "demandes d’inscription sont à examiner",
        lambda lignes, _: lignes.a_examiner(),
    ),
    File(
        "facturation.view_paiement",
        Paiement,
        "etat__exact=en_attente",
        "règlement attend sa validation",
        "règlements attendent leur validation",
        lambda lignes, _: lignes.a_valider(),
    ),
    File(
        "commun.view_courriel",
        Courriel,
        "etat__exact=abandonne",
        "courriel n’a pas pu être envoyé",
        "courriels n’ont pas pu être envoyés",
        lambda lignes, _: lignes.filter(etat=EtatCourriel.ABANDONNE),
    ),
    File(
        "commun.view_courriel",
        Courriel,
        "etat__exact=a_envoyer",
        "courriel attend depuis plus de dix minutes",
        "courriels attendent depuis plus de dix minutes",
        lambda lignes, maintenant: lignes.dus_au(maintenant).filter(cree_le__lt=maintenant - RETARD),
    ),
]


def travail_du_service(request: HttpRequest) -> list[Ligne]:
    """Return the queues that are not empty, among those this person may open.

    Each is counted on the rows of its own list, so that a direction counts what is on its sites, and nobody a piece
    that they may not read.
    """
    maintenant = timezone.now()
    trouvees = []
    for file in FILES:
        if not request.user.has_perm(file.droit):
            continue
        lignes = admin.site.get_model_admin(file.modele).get_queryset(request)
        if nombre := file.en_attente(lignes, maintenant).count():
            texte = file.plusieurs if nombre > 1 else file.un
            trouvees.append(Ligne(nombre, texte, _adresse(file)))
    return trouvees


def _adresse(file: File) -> str:
    liste = f"admin:{file.modele._meta.app_label}_{file.modele._meta.model_name}_changelist"
    adresse = reverse(file.page or liste)
    return f"{adresse}?{file.filtre}" if file.filtre else adresse
