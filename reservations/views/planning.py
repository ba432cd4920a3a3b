"""The planning of one période, for one child or several side by side: native checkboxes, kept as unsent edits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from familles.models import Famille
from portail.commun.dates import aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import JOURS
from reservations import acces, actions
from reservations.blocages import blocages_du_groupe
from reservations.brouillons import codes_par_enfant
from reservations.enums import Rythme, Sens
from reservations.explications import prereservation_en_mots
from reservations.models import PasBrouillon, Periode, Reservation
from reservations.planning import lire_mois, rendre_mois
from reservations.planning.annee import lire_annee
from reservations.planning.cases import pastille
from reservations.planning.liens import liens_pour_la_page
from reservations.planning.mois import mois_a_montrer, mois_suivant
from reservations.views.adresses import ETAPES, adresse_du_planning, prenoms

LEGENDE = [
    ("libre", "Libre"),
    ("brouillon", "À envoyer"),
    ("demandee", "Demande envoyée"),
    ("en_attribution", "En attente d’attribution"),
    ("acceptee", "Acceptée"),
    ("annulation_demandee", "Annulation demandée"),
    ("refusee", "Refusée"),
    ("liste_attente", "Liste d’attente"),
    ("complet", "Aucune place disponible"),
    ("delai_depasse", "Délai dépassé"),
]


@require_safe
def planning(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    membres = acces.groupe(request.user, cle, request.GET.getlist("avec"))
    reservation, maintenant = membres[0], timezone.now()
    premier = mois_a_montrer(reservation, request.GET.get("mois", ""), aujourdhui(maintenant))
    mois = lire_mois(membres, premier, maintenant=maintenant)
    return render(
        request,
        "reservations/planning.html",
        {
            "reservation": reservation,
            "membres": membres,
            "prenoms": prenoms(membres),
            "fratrie": acces.fratrie(request.user, membres),
            "etapes": ETAPES,
            "mois": mois,
            "tableau_du_mois": rendre_mois(mois),
            "recherche_avec": urlencode({"avec": [str(une.enfant.cle) for une in membres[1:]]}, doseq=True),
            "jours_ouverture": jours_a_choisir(reservation),
            "prestations": mois.prestations,
            "liens": liens_pour_la_page(reservation, mois.prestations),
            "legende": legende_de(reservation.periode),
            "prereservation": prereservation_en_mots(reservation.periode, maintenant),
            "blocages": blocages_du_groupe(request.user, membres, maintenant=maintenant),
            "peut_annuler": reservation.dernier_geste,
        },
    )


def legende_de(periode: Periode) -> list[SafeString]:
    """Return the states that this planning may show."""
    sans = set() if periode.prereservation else {"en_attribution"}
    return [pastille(valeur, mot) for valeur, mot in LEGENDE if valeur not in sans]


def jours_a_choisir(reservation: Reservation) -> list[tuple[int, str]]:
    return [(rang, JOURS[rang].capitalize()) for rang in sorted(reservation.periode.jours_ouverture)]


@require_safe
def annee(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show the whole période, to read or to print, for one child or several."""
    membres = acces.groupe(request.user, cle, request.GET.getlist("avec"))
    contexte = {
        "reservation": membres[0],
        "membres": membres,
        "prenoms": prenoms(membres),
        "annee": lire_annee(membres, jour_meme=aujourdhui(timezone.now())),
        "recherche_avec": urlencode({"avec": [str(une.enfant.cle) for une in membres[1:]]}, doseq=True),
        "fratrie": acces.fratrie(request.user, membres),
        "url_planning": adresse_du_planning(membres),
        "legende": legende_de(membres[0].periode),
    }
    return render(request, "reservations/annee.html", contexte)


@require_POST
def ajouter_un_enfant(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show one more child side by side: its planning is opened if it was not."""
    membres = acces.groupe(request.user, cle, request.POST.getlist("avec"))
    enfant = acces.frere_ou_soeur(request.user, membres[0], request.POST.get("enfant", ""))
    mois = request.POST.get("mois", "")
    try:
        ouverte = actions.ouvrir_reservation(
            famille=membres[0].famille, enfant=enfant, periode=membres[0].periode, maintenant=timezone.now()
        )
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, f"{enfant.prenom}\u00a0: {phrase}")
        return redirect(adresse_du_planning(membres, mois))
    ouverte.enfant = enfant
    if ouverte.pk not in {une.pk for une in membres}:
        membres.append(ouverte)
    return redirect(adresse_du_planning(membres, mois))


@require_POST
def enregistrer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Keep the ticks, then go where the button leads: another month, a tool, or the check page."""
    membres = acces.groupe(request.user, cle, request.POST.getlist("avec"))
    coches = codes_par_enfant(request.POST.getlist("jours"))
    depart = codes_par_enfant(request.POST.get("depart", "").split())
    pages = [
        (une, coches.get(fin, []), depart.get(fin, []))
        for une, fin in zip(membres, ["", *(une.enfant.cle.hex[:8] for une in membres[1:])], strict=True)
    ]
    mois = request.POST.get("mois", "")
    try:
        changes = actions.enregistrer_brouillons(pages=pages, maintenant=timezone.now())
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
        return redirect(adresse_du_planning(membres, mois))
    if request.POST.get("suite") == "sans-page":
        # Edits that bring others along (« Journée » adds « Repas »): the page has to show them.
        demandes = sum(len(set(coches) ^ set(depart)) for _, coches, depart in pages)
        return HttpResponse(status=HTTPStatus.RESET_CONTENT if changes > demandes else HTTPStatus.NO_CONTENT)
    return redirect(_suite(request, membres, mois))


def _suite(request: RequeteConnectee, membres: list[Reservation], mois: str) -> str:
    """Return the page to which the button pressed leads."""
    suite, aller = request.POST.get("suite", ""), request.POST.get("aller", "")
    if suite == "verifier":
        return adresse_de_verification(membres)
    if suite in {"remplir", "copier"}:
        return adresse_du_planning(membres, page=suite)
    if suite == "jours":
        return adresse_du_choix_de_jours(request, membres)
    if "outil" in request.POST:
        return adresse_de_l_outil(membres, request.POST["outil"], mois)
    if not aller:
        messages.success(request, "Vos choix sont gardés. Ils ne sont pas encore envoyés.")
    return adresse_du_planning(membres, aller or mois)


def adresse_de_verification(membres: Sequence[Reservation]) -> str:
    """One check page for all that a household has not sent, whatever the children and the périodes."""
    return reverse("reservations:verifier", args=[membres[0].cle])


def adresse_de_l_outil(membres: Sequence[Reservation], outil: str, mois: str) -> str:
    """Return the preview of « all of the période » or « the days shown », to book (``tout``) or cancel (``rien``)."""
    geste, _, etendue = outil.partition("-")
    periode = membres[0].periode
    du, au = periode.du, periode.au
    if etendue == "mois":
        premier = mois_a_montrer(membres[0], mois, aujourdhui(timezone.now()))
        du, au = max(du, premier), min(au, mois_suivant(premier) - timedelta(days=1))
    prestations = [str(cle) for cle in periode.prestations.values_list("cle", flat=True)]
    sens = Sens.RETRAIT if geste == "rien" else Sens.AJOUT
    return _adresse_d_apercu(membres, sorted(periode.jours_ouverture), prestations, du, au, sens)


def adresse_du_choix_de_jours(request: RequeteConnectee, membres: Sequence[Reservation]) -> str:
    """Return the preview of « ces jours de la semaine, toute la période » that the picker of the planning asks."""
    periode = membres[0].periode
    toutes = [str(cle) for cle in periode.prestations.order_by("ordre", "nom").values_list("cle", flat=True)]
    prestations = toutes if len(toutes) == 1 else request.POST.getlist("prestations")
    return _adresse_d_apercu(membres, request.POST.getlist("semaine"), prestations, periode.du, periode.au, Sens.AJOUT)


def _adresse_d_apercu(
    membres: Sequence[Reservation],
    jours: Sequence[object],
    prestations: Sequence[str],
    du: date,
    au: date,
    sens: Sens,
) -> str:
    jour_meme = aujourdhui(timezone.now())
    choix = {
        "enfants": [str(une.enfant.cle) for une in membres],
        "jours": jours,
        "prestations": prestations,
        "du": f"{min(max(du, jour_meme), au):%d/%m/%Y}",
        "au": f"{au:%d/%m/%Y}",
        "rythme": Rythme.CHAQUE_SEMAINE.value,
        "geste": sens.value,
        "apercu": "oui",
    }
    return f"{reverse('reservations:remplir', args=[membres[0].cle])}?{urlencode(choix, doseq=True)}#apercu"


@require_POST
def abandonner(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Forget what is not sent for the children side by side; the undo brings it back."""
    membres = acces.groupe(request.user, cle, request.POST.getlist("avec"))
    if actions.abandonner_brouillons(reservations=membres, maintenant=timezone.now()):
        messages.info(request, "Les modifications non envoyées sont oubliées.")
    return redirect(_retour(request) or adresse_du_planning(membres, request.POST.get("mois", "")))


@require_POST
def annuler_le_geste(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Put the plannings of the household back as they were before its last gesture."""
    membres = acces.groupe(request.user, cle, request.POST.getlist("avec"))
    pas = actions.annuler_le_dernier_pas(famille=membres[0].famille, maintenant=timezone.now())
    if pas is None:
        messages.info(request, "Il n’y a plus rien à annuler\u00a0: vos choix sont comme avant vos derniers gestes.")
    else:
        messages.success(request, f"Annulé\u00a0: {pas.libelle[0].lower()}{pas.libelle[1:]}.")
    return redirect(_retour(request) or adresse_du_planning(membres, request.POST.get("mois", "")))


def peut_annuler_un_geste(famille: Famille) -> str:
    """Return what the undo would undo, in words; empty when there is nothing."""
    pas = PasBrouillon.objects.filter(famille=famille).first()
    return pas.libelle if pas else ""


def _retour(request: RequeteConnectee) -> str:
    """Return the page of this site that the form names, if any."""
    suite = request.POST.get("suite", "")
    permise = url_has_allowed_host_and_scheme(
        suite, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return suite if permise and suite.startswith("/reservations/") else ""
