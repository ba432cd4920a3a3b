"""The reservations of a household, and one of them with its days and its history."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portail.commun.requetes import RequeteConnectee
from portail.commun.texte import normaliser
from reservations import acces
from reservations.courriels import adresse_des_places
from reservations.enums import EtatPresence
from reservations.explications import criteres_en_mots, lignes_attribuees, prereservation_en_mots, situation_en_mots
from reservations.models import ChoixBrouillon, Demande, EtapePresence, Presence, Reservation
from reservations.planning.jours import lire_les_jours

TAILLES = [5, 10, 20]


@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    recherche = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    familles = [famille.pk for famille in acces.familles(request.user).only("pk")]
    siennes = acces.reservations_des_familles(request.user, familles).entamees()
    trouvees = chercher(siennes, recherche).avec_bilan().order_by("-numero")
    taille = request.GET.get("par_page", "")
    pages = Paginator(trouvees, int(taille) if taille in {str(n) for n in TAILLES} else TAILLES[0])
    page = pages.get_page(request.GET.get("page"))
    brouillons = set(
        ChoixBrouillon.objects.filter(reservation__in=[une.pk for une in page]).values_list("reservation_id", flat=True)
    )
    return render(
        request,
        "reservations/liste.html",
        {
            "page": page,
            "lignes": [(une, une.pk in brouillons) for une in page],
            "recherche": recherche,
            "tailles": TAILLES,
            "plusieurs_familles": len(familles) > 1,
        },
    )


def chercher(reservations: QuerySet[Reservation], recherche: str) -> QuerySet[Reservation]:
    """Keep what matches every word, in the child's name, the établissement, the période or the number."""
    for mot in recherche.split():
        critere = Q(enfant__nom_recherche__contains=normaliser(mot)) | Q(periode__nom__icontains=mot)
        critere |= Q(periode__accueil__nom__icontains=mot) | Q(periode__accueil__etablissement__nom__icontains=mot)
        if mot.partition("-")[0].isdecimal() and len(mot) < len(str(2**63)):
            critere |= Q(numero=int(mot.partition("-")[0]))
        reservations = reservations.filter(critere)
    return reservations


@require_safe
def detail(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    reservation = acces.reservation(request.user, cle)
    presences = list(
        Presence.objects.filter(reservation=reservation)
        .select_related("creneau__prestation")
        .order_by("creneau__jour", "creneau__prestation__ordre")
    )
    etapes = EtapePresence.objects.filter(presence__reservation=reservation).select_related(
        "presence__creneau__prestation", "auteur"
    )
    attribuees = lignes_attribuees(reservation)
    jours = lire_les_jours(reservation, presences, maintenant=timezone.now())
    return render(
        request,
        "reservations/detail.html",
        {
            "reservation": reservation,
            "mois": [(titre, list(lignes)) for titre, lignes in groupby(jours, key=attrgetter("mois"))],
            "url_places": adresse_des_places(reservation)
            if any(une.etat == EtatPresence.PLACE_PROPOSEE for une in presences)
            else "",
            "nombre_de_jours": len(presences),
            "prereservation": prereservation_en_mots(reservation.periode, timezone.now()),
            "criteres": criteres_en_mots(attribuees[0].attribution.criteres) if attribuees else [],
            "situation": situation_en_mots(attribuees[0], attribuees[0].attribution.criteres) if attribuees else [],
            "demandes": Demande.objects.filter(reservation=reservation).select_related("auteur").order_by("-rang"),
            "etapes": etapes.order_by("-pk")[:200],
            "brouillon": ChoixBrouillon.objects.filter(reservation=reservation).count(),
        },
    )
