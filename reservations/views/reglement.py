"""Reading and accepting a règlement intérieur."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contenu.mise_en_forme import rendre
from portail.commun.requetes import RequeteConnectee
from reservations import acces, actions
from reservations.models import AcceptationReglement


@require_safe
def reglement(request: RequeteConnectee, famille_cle: UUID, cle: UUID) -> HttpResponse:
    """Show one text, the older ones too, with who accepted it for the household."""
    famille = acces.famille(request.user, famille_cle)
    maintenant = timezone.now()
    version = acces.version_de_reglement(cle, maintenant)
    acceptation = AcceptationReglement.objects.filter(version=version, famille=famille).select_related("auteur").first()
    return render(
        request,
        "reservations/reglement.html",
        {
            "famille": famille,
            "version": version,
            "corps": rendre(version.texte),
            "acceptation": acceptation,
            "enfant": request.GET.get("enfant", ""),
            "remplacee": version.reglement.versions.publiees(maintenant).filter(numero__gt=version.numero).exists(),
        },
    )


@require_POST
def accepter(request: RequeteConnectee, famille_cle: UUID, cle: UUID) -> HttpResponse:
    famille, maintenant = acces.famille(request.user, famille_cle), timezone.now()
    version = acces.version_de_reglement(cle, maintenant)
    if request.POST.get("lu") != "oui":
        messages.error(request, "Cochez «\u202fJ’ai lu et j’accepte\u202f» pour continuer.")
        return redirect("reservations:reglement", famille.cle, version.cle)
    actions.accepter_reglement(version=version, famille=famille, auteur=request.user, maintenant=maintenant)
    messages.success(request, f"«\u202f{version.reglement.nom}\u202f» est accepté pour la famille {famille.nom}.")
    try:
        enfant = UUID(request.POST.get("enfant", ""))
    except ValueError:
        return redirect("reservations:nouvelle")
    return redirect("reservations:choisir_periode", famille.cle, enfant)
