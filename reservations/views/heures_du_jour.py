"""Other hours for one day that is sent: what they change, then the change itself, at once or asked of an agent."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portail.commun.erreurs import RefusMetier
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import acces, actions, heures
from reservations.erreurs import ReservationBloquee
from reservations.forms import HeuresDuJourForm
from reservations.models import Presence
from reservations.models.demande import plage_en_mots
from reservations.planning.cases import pastille


@require_http_methods(["GET", "HEAD", "POST"])
def changer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show what other hours would change, then change them by the same rules."""
    presence = acces.presence(request.user, cle)
    donnees = request.POST if request.method == "POST" else request.GET
    demande = "arrivee" in donnees
    initiales = {
        "arrivee": presence.arrivee_demandee or presence.arrivee,
        "depart": presence.depart_demande or presence.depart,
    }
    form = HeuresDuJourForm(donnees if demande else None, presence=presence, initial=initiales)
    if request.method == "POST" and form.is_valid() and _changer(request, presence, form):
        return redirect("reservations:detail", presence.reservation.cle)
    maintenant = timezone.now()
    juge = heures.verdict(presence, maintenant=maintenant)
    contexte = {
        "presence": presence,
        "reservation": presence.reservation,
        "jour": jour_long(presence.creneau.jour),
        "prestation": presence.creneau.prestation.nom,
        "pastille": pastille(presence.etat, presence.get_etat_display()),
        "form": form,
        "juge": juge,
        "refus": [str(motif.label) for motif in juge.motifs],
        "majoration": juge.majoration.en_mots() if juge.majoration else "",
        "limite": limite(juge.limite) if juge.limite else "",
    }
    if demande and not juge.motifs and form.is_valid():
        arrivee, depart = form.cleaned_data["arrivee"], form.cleaned_data["depart"]
        contexte["voulues"] = plage_en_mots(arrivee, depart)
        contexte["effet"] = heures.consequence(presence, arrivee, depart, juge)
        contexte["blocages"] = heures.blocages_des_heures(
            presence, arrivee, depart, utilisateur=request.user, maintenant=maintenant
        )
    return render(request, "reservations/heures_du_jour.html", contexte)


def _changer(request: RequeteConnectee, presence: Presence, form: HeuresDuJourForm) -> bool:
    try:
        changee = actions.changer_les_heures(
            presence=presence,
            arrivee=form.cleaned_data["arrivee"],
            depart=form.cleaned_data["depart"],
            auteur=request.user,
            maintenant=timezone.now(),
            conditions=request.POST.get("conditions", ""),
        )
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
        return False
    except ReservationBloquee:  # the page names each reason, with its link
        return False
    if changee.heures_demandees_le:
        messages.success(request, "Votre changement d’heures est envoyé. D’ici la réponse, le jour garde ses heures.")
    else:
        messages.success(request, f"Les heures sont changées\u00a0: {changee.heures_en_mots}.")
    return True


@require_POST
def retirer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    presence = acces.presence(request.user, cle)
    try:
        actions.retirer_les_heures(presence=presence, auteur=request.user, maintenant=timezone.now())
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
    else:
        messages.info(request, "Le changement d’heures est retiré\u00a0: le jour garde ses heures.")
    return redirect("reservations:detail", presence.reservation.cle)
