"""The planning of one child for one période: a month of native checkboxes, kept on the server as unsent edits."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portail.commun.dates import aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.requetes import RequeteConnectee
from reservations import acces, actions
from reservations.blocages import blocages
from reservations.enums import Rythme, Sens
from reservations.models import Reservation
from reservations.planning import lire_mois
from reservations.planning.annee import lire_annee
from reservations.planning.cases import pastille
from reservations.planning.mois import mois_a_montrer, mois_suivant
from reservations.views.assistant import ETAPES

LEGENDE = [
    ("libre", "Libre"),
    ("brouillon", "À envoyer"),
    ("demandee", "Demande envoyée"),
    ("acceptee", "Acceptée"),
    ("annulation_demandee", "Annulation demandée"),
    ("refusee", "Refusée"),
    ("liste_attente", "Liste d’attente"),
    ("complet", "Aucune place disponible"),
    ("delai_depasse", "Délai dépassé"),
]


@require_safe
def planning(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    maintenant = timezone.now()
    premier = mois_a_montrer(reservation, request.GET.get("mois", ""), aujourdhui(maintenant))
    return render(
        request,
        "reservations/planning.html",
        {
            "reservation": reservation,
            "etapes": ETAPES,
            "mois": lire_mois(reservation, premier, maintenant=maintenant),
            "legende": [pastille(valeur, mot) for valeur, mot in LEGENDE],
            "blocages": blocages(
                utilisateur=request.user,
                famille=reservation.famille,
                enfant=reservation.enfant,
                periode=reservation.periode,
                maintenant=maintenant,
            ),
        },
    )


@require_safe
def annee(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show the whole période, to read or to print."""
    reservation = acces.reservation(request.user, cle)
    contexte = {"reservation": reservation, "mois": lire_annee(reservation)}
    return render(request, "reservations/annee.html", contexte)


@require_POST
def enregistrer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Keep the ticks, then go where the button leads: another month, or the check page."""
    reservation = acces.reservation(request.user, cle)
    try:
        actions.enregistrer_brouillon(
            reservation=reservation,
            coches=request.POST.getlist("jours"),
            depart=request.POST.get("depart", "").split(),
            maintenant=timezone.now(),
        )
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
        return redirect("reservations:planning", cle)
    suite = request.POST.get("suite", "")
    if suite in {"verifier", "remplir", "copier"}:
        return redirect(f"reservations:{suite}", cle)
    if "outil" in request.POST:
        return redirect(adresse_de_l_outil(reservation, request.POST["outil"], request.POST.get("mois", "")))
    aller = request.POST.get("aller", "")
    if not aller:
        messages.success(request, "Vos choix sont gardés. Ils ne sont pas encore envoyés.")
    mois = aller or request.POST.get("mois", "")
    adresse = reverse("reservations:planning", args=[cle])
    return redirect(f"{adresse}?mois={mois}#mois" if mois.replace("-", "").isdecimal() else adresse)


def adresse_de_l_outil(reservation: Reservation, outil: str, mois: str) -> str:
    """Return the preview of « all of the période » or « the days shown », to book (``tout``) or cancel (``rien``)."""
    geste, _, etendue = outil.partition("-")
    periode = reservation.periode
    du, au = periode.du, periode.au
    jour_meme = aujourdhui(timezone.now())
    if etendue == "mois":
        premier = mois_a_montrer(reservation, mois, jour_meme)
        du, au = max(du, premier), min(au, mois_suivant(premier) - timedelta(days=1))
    choix = {
        "enfants": str(reservation.enfant.cle),
        "jours": sorted(periode.jours_ouverture),
        "prestations": [str(cle) for cle in periode.prestations.values_list("cle", flat=True)],
        "du": f"{min(max(du, jour_meme), au):%d/%m/%Y}",
        "au": f"{au:%d/%m/%Y}",
        "rythme": Rythme.CHAQUE_SEMAINE.value,
        "geste": (Sens.RETRAIT if geste == "rien" else Sens.AJOUT).value,
        "apercu": "oui",
    }
    return f"{reverse('reservations:remplir', args=[reservation.cle])}?{urlencode(choix, doseq=True)}#apercu"


@require_POST
def abandonner(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    if actions.abandonner_brouillon(reservation=reservation):
        messages.info(request, "Les modifications non envoyées sont oubliées.")
    return redirect("reservations:planning", cle)
