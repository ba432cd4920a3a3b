"""Account pages that are ours: the login address, its confirmation and way back, the first password.

The others (login, logout, forgotten and changed password) are allauth's, with our forms and templates.
"""

from __future__ import annotations

from allauth.account import views as vues_allauth
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from familles import jetons
from familles.actions import identifiant, ouverture
from familles.erreurs import IdentifiantRefuse
from familles.forms.compte import ChangerAdresse, ChoisirMotDePasse
from familles.models import Utilisateur
from portail.commun.requetes import RequeteConnectee

ENVOYE = (
    "Un courriel contenant un lien de confirmation vient de vous être envoyé. S’il n’arrive pas d’ici quelques "
    "minutes, vérifiez qu’il n’est pas dans le dossier indésirable (SPAM) de votre messagerie."
)
TROP_D_ENVOIS = (
    "Un courriel vous a déjà été envoyé il y a moins d’une minute. Patientez un peu avant d’en demander un autre."
)


def _adresse_attendue(utilisateur: Utilisateur) -> EmailAddress | None:
    """Return the address that waits for its confirmation: a new one, or the login itself."""
    en_attente = EmailAddress.objects.filter(user=utilisateur, verified=False)
    return en_attente.exclude(email=utilisateur.email).first() or en_attente.first()


def _page_adresse(request: RequeteConnectee, formulaire: ChangerAdresse, statut: int = 200) -> HttpResponse:
    attendue = _adresse_attendue(request.user)
    contexte = {
        "form": formulaire,
        "attendue": attendue,
        "changement": attendue is not None and attendue.email != request.user.email,
    }
    return render(request, "account/adresse.html", contexte, status=statut)


@login_not_required
def deconnexion(request: HttpRequest) -> HttpResponse:
    """Log out by POST, and ask the browser to forget what it kept: the computer may be a shared one."""
    reponse: HttpResponse = vues_allauth.logout(request)
    if request.method == "POST":
        reponse.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reponse


@require_safe
def adresse(request: RequeteConnectee) -> HttpResponse:
    """Show the login address, the one that waits if any, and the form to change it."""
    return _page_adresse(request, ChangerAdresse(utilisateur=request.user))


@require_POST
@sensitive_post_parameters("mot_de_passe")
def modifier_adresse(request: RequeteConnectee) -> HttpResponse:
    formulaire = ChangerAdresse(request.POST, utilisateur=request.user)
    if limite := ratelimit.consume_or_429(request, action="manage_email"):
        return limite
    if not formulaire.is_valid():
        return _page_adresse(request, formulaire, 422)
    try:
        identifiant.demander_changement(
            utilisateur=request.user, nouvelle=formulaire.cleaned_data["email"], maintenant=timezone.now()
        )
    except IdentifiantRefuse as refus:
        formulaire.add_error("email", refus.phrases()[0])
        return _page_adresse(request, formulaire, 422)
    messages.success(request, ENVOYE)
    return redirect("account_email")


@require_POST
def renvoyer_confirmation(request: RequeteConnectee) -> HttpResponse:
    """Send the confirmation link again, at most once a minute."""
    attendue = _adresse_attendue(request.user)
    if attendue is None:
        attendue, creee = EmailAddress.objects.get_or_create(
            user=request.user, email=request.user.email, defaults={"primary": True}
        )
        if attendue.verified:
            messages.info(request, "Votre adresse est déjà confirmée.")
            return redirect("account_email")
    if ratelimit.consume(request, action="confirm_email", key=attendue.email):
        identifiant.demander_confirmation(adresse=attendue, maintenant=timezone.now())
        messages.success(request, ENVOYE)
    else:
        messages.warning(request, TROP_D_ENVOIS)
    return redirect("account_email")


@require_POST
def renoncer(request: RequeteConnectee) -> HttpResponse:
    if identifiant.renoncer_au_changement(utilisateur=request.user, maintenant=timezone.now()):
        messages.success(request, "Le changement est abandonné : votre adresse de connexion reste la même.")
    return redirect("account_email")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirmer(request: HttpRequest, key: str) -> HttpResponse:
    """Show a button, then confirm: a mail scanner that follows the link confirms nothing."""
    attendue = jetons.lire_confirmation(key)
    if attendue is None:
        return render(request, "account/lien_perime.html", {"usage": "confirmation"}, status=404)
    if request.method != "POST":
        return render(request, "account/confirmer.html", {"attendue": attendue, "cle": key})
    try:
        session = request.session.session_key if request.user.pk == attendue.user_id else ""
        identifiant.confirmer_adresse(adresse=attendue, maintenant=timezone.now(), session=session or "")
    except IdentifiantRefuse as refus:
        messages.error(request, refus.phrases()[0])
        return redirect("accueil")
    messages.success(request, "Merci : votre adresse électronique est confirmée.")
    return redirect("espace" if request.user.is_authenticated else "accueil")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def retablir(request: HttpRequest, jeton: str) -> HttpResponse:
    """Give the login back to the former address; the link was sent to that address alone."""
    trouve = jetons.lire_retour(jeton)
    if trouve is None:
        return render(request, "account/lien_perime.html", {"usage": "retour"}, status=404)
    utilisateur, ancienne = trouve
    if request.method != "POST":
        return render(request, "account/retablir.html", {"ancienne": ancienne, "jeton": jeton})
    logout(request)  # its own session is among those that close
    try:
        identifiant.retablir(utilisateur=utilisateur, ancienne=ancienne, maintenant=timezone.now())
    except IdentifiantRefuse as refus:
        messages.error(request, refus.phrases()[0])
        return redirect("accueil")
    return render(request, "account/retabli.html", {"ancienne": ancienne})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1", "password2")
def activer(request: HttpRequest, jeton: str) -> HttpResponse:
    """First choice of a password by the link of the activation mail, then straight in."""
    utilisateur = jetons.lire_activation(jeton)
    if utilisateur is None:
        return render(request, "account/lien_perime.html", {"usage": "activation"}, status=404)
    formulaire = ChoisirMotDePasse(request.POST or None, utilisateur=utilisateur)
    if not formulaire.is_valid():
        contexte = {"form": formulaire, "utilisateur": utilisateur, "jeton": jeton}
        return render(request, "account/activer.html", contexte, status=422 if formulaire.is_bound else 200)
    ouverture.activer(
        utilisateur=utilisateur, mot_de_passe=formulaire.cleaned_data["password1"], maintenant=timezone.now()
    )
    utilisateur.refresh_from_db()
    get_adapter(request).login(request, utilisateur)
    messages.success(request, "Votre compte est ouvert, et votre adresse est confirmée. Bienvenue !")
    return redirect("espace")
