"""Before the steps: the two ways to register, the link sent to the address, the state of a file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contenu import cadence
from contenu.contexte import identite
from inscriptions import acces, courriels, jetons, pdf
from inscriptions.actions import invitation, saisie
from inscriptions.completude import manques_de
from inscriptions.enums import EtatDossier
from inscriptions.forms import FormulaireAdresse
from inscriptions.models import DUREE_BROUILLON, DUREE_REPONDU
from inscriptions.views.commun import complement_ouvert, discrete
from portail.commun.adresses import adresse_du_client

TROP_DE_LIENS = (
    "Beaucoup de liens ont été demandés d’ici en peu de temps. Réessayez dans une heure, ou téléphonez au service."
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accueil(request: HttpRequest) -> HttpResponse:
    """Explain the two ways to register, and send the link; the page answers the same whatever the address."""
    formulaire = FormulaireAdresse(request.POST or None)
    if request.method != "POST" or not formulaire.is_valid():
        return _accueil(request, formulaire, 422 if formulaire.is_bound else 200)
    courriel = formulaire.cleaned_data["courriel"]
    if not cadence.prendre(reseau=adresse_du_client(request), destinataire=courriel, usage="inscription"):
        formulaire.add_error(None, TROP_DE_LIENS)
        return _accueil(request, formulaire, 429)
    invitation.demander_un_lien(courriel=courriel, maintenant=timezone.now())
    return redirect("inscriptions:lien_envoye")


def _accueil(request: HttpRequest, formulaire: FormulaireAdresse, statut: int) -> HttpResponse:
    contexte = {"form": formulaire, "jours_brouillon": DUREE_BROUILLON.days, "jours_repondu": DUREE_REPONDU.days}
    return render(request, "inscriptions/accueil.html", contexte, status=statut)


@login_not_required
@require_safe
def lien_envoye(request: HttpRequest) -> HttpResponse:
    return render(request, "inscriptions/lien_envoye.html", {"jours": jetons.DUREE_INVITATION.days})


@login_not_required
@require_safe
def fiche(request: HttpRequest) -> HttpResponse:
    """Give the form on paper, for those who prefer it."""
    try:
        octets = pdf.fiche(identite())
    except OSError:
        # The library that draws PDFs is missing on this machine: the service still has its own forms.
        messages.error(request, "La fiche ne peut pas être préparée pour le moment\u00a0: demandez-la au service.")
        return redirect("inscriptions:accueil")
    reponse = HttpResponse(octets, content_type="application/pdf")
    reponse.headers["Content-Disposition"] = 'attachment; filename="fiche-d-inscription.pdf"'
    reponse.headers["Cache-Control"] = "public, max-age=3600"
    return reponse


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def commencer(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show a button, then begin: a mail scanner that follows the link begins nothing."""
    lu = jetons.lire_invitation(jeton)
    if lu is None:
        return discrete(render(request, "inscriptions/lien_perime.html", {}, status=404))
    courriel, cle = lu
    if request.method != "POST":
        return discrete(render(request, "inscriptions/commencer.html", {"courriel": courriel, "jeton": jeton}))
    maintenant = timezone.now()
    with transaction.atomic():
        dossier, nouveau = saisie.commencer(cle=cle, courriel=courriel, maintenant=maintenant)
        if nouveau:
            courriels.rouvrir(dossier=dossier, maintenant=maintenant)
    if nouveau:
        messages.success(request, "Votre adresse est confirmée. Le lien pour reprendre plus tard vous est envoyé.")
    return discrete(redirect("inscriptions:dossier", jeton=jetons.dossier(dossier)))


@login_not_required
@never_cache
@require_safe
def dossier(request: HttpRequest, jeton: str) -> HttpResponse:
    """Go on with a draft where it stopped; of a file that is sent, tell the state."""
    dossier = acces.dossier(jeton)
    if dossier.etat == EtatDossier.BROUILLON:
        manques = manques_de(dossier)
        suite = manques[0].section.value if manques else "verification"
        return discrete(redirect(f"inscriptions:{suite}", jeton=jeton))
    contexte = {
        "dossier": dossier,
        "jeton": jeton,
        "jours": DUREE_REPONDU.days,
        "complement": complement_ouvert(dossier),
        "complete_le": dossier.complements.aggregate(dernier=Max("clos_le"))["dernier"],
    }
    return discrete(render(request, "inscriptions/etat.html", contexte))
