"""A parent's own data, asked from their account: portability without writing to anybody."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers import export
from dossiers.gestion import reponse
from enfants.models import Enfant
from familles import acces
from familles.models import Responsable
from portail.commun.dates import aujourdhui
from portail.commun.requetes import RequeteConnectee


@require_safe
def mes_donnees(request: RequeteConnectee) -> HttpResponse:
    """Say what the file holds, one button for each household."""
    familles = list(acces.familles(request.user))
    if not familles:
        raise Http404
    return render(request, "dossiers/mes_donnees.html", {"familles": familles, "plusieurs": len(familles) > 1})


@require_POST
def telecharger(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Give the file of one's household; the health data of the children only to a holder of the parental authority."""
    famille = acces.famille(request.user, cle)
    adulte = Responsable.objects.filter(famille=famille, utilisateur=request.user).first()
    if adulte is None:
        # An agent who acts for the household exports its file from the staff's site, under their own rights.
        raise Http404
    titulaire, maintenant = adulte.autorite_parentale, timezone.now()
    enfants = Enfant.objects.de_la_famille(famille, aujourdhui(maintenant))
    demande = export.Demande(
        famille=famille,
        lecteur=request.user,
        service=False,
        sante=[enfant.pk for enfant in enfants] if titulaire else [],
        documents_de_sante=titulaire,
    )
    return reponse(export.archive(demande, maintenant), famille)
