"""« Nouvelle réservation »: the child, the établissement and its période, then the planning."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portail.commun.dates import age_en_mots, aujourdhui
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import JOURS
from reservations import acces, actions
from reservations.blocages import blocages
from reservations.models import Periode

ETAPES = ["Enfant", "Service et période", "Jours", "Vérification"]


@require_safe
def choisir_enfant(request: RequeteConnectee) -> HttpResponse:
    liens = list(acces.rattachements(request.user))
    if len(liens) == 1:
        return redirect("reservations:choisir_periode", liens[0].famille.cle, liens[0].enfant.cle)
    jour = aujourdhui(timezone.now())
    return render(
        request,
        "reservations/choisir_enfant.html",
        {
            "etapes": ETAPES,
            "liens": [(lien, age_en_mots(lien.enfant.date_naissance, jour)) for lien in liens],
            "plusieurs_familles": len({lien.famille_id for lien in liens}) > 1,
        },
    )


@require_safe
def choisir_periode(request: RequeteConnectee, famille_cle: UUID, enfant_cle: UUID) -> HttpResponse:
    famille, enfant = acces.enfant_d_une_famille(request.user, famille_cle, enfant_cle)
    maintenant = timezone.now()
    par_etablissement: dict[str, list[Periode]] = {}
    for periode in acces.periodes_ouvertes(maintenant):
        par_etablissement.setdefault(str(periode.accueil.etablissement.cle), []).append(periode)
    choisi = request.GET.get("etablissement", "")
    if choisi not in par_etablissement:
        choisi = next(iter(par_etablissement)) if len(par_etablissement) == 1 else ""
    return render(
        request,
        "reservations/choisir_periode.html",
        {
            "etapes": ETAPES,
            "famille": famille,
            "enfant": enfant,
            "etablissements": [(cle, p[0].accueil.etablissement, len(p)) for cle, p in par_etablissement.items()],
            "choisi": choisi,
            "cartes": [_carte(periode) for periode in par_etablissement.get(choisi, [])],
            "blocages": [
                raison
                for periode in par_etablissement.get(choisi, [])[:1]
                for raison in blocages(
                    utilisateur=request.user, famille=famille, enfant=enfant, periode=periode, maintenant=maintenant
                )
            ],
        },
    )


def _carte(periode: Periode) -> dict[str, object]:
    """Word a période as the tutorial does: « Jours d’ouverture : Lun Mar … », the ones that are open marked."""
    jours = [(JOURS[rang][:3].capitalize(), JOURS[rang], rang in periode.jours_ouverture) for rang in range(7)]
    return {"periode": periode, "jours": jours, "ouverts": [nom for _, nom, ouvert in jours if ouvert]}


@require_POST
def ouvrir(request: RequeteConnectee, famille_cle: UUID, enfant_cle: UUID, periode_cle: UUID) -> HttpResponse:
    famille, enfant = acces.enfant_d_une_famille(request.user, famille_cle, enfant_cle)
    maintenant = timezone.now()
    periode = acces.periode_ouverte(periode_cle, maintenant)
    reservation = actions.ouvrir_reservation(famille=famille, enfant=enfant, periode=periode, maintenant=maintenant)
    return redirect("reservations:planning", reservation.cle)
