"""« Nouvelle réservation »: the child, the établissement and its période, then the planning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from enfants.models import Enfant, Rattachement
from familles.models import Famille
from portail.commun.dates import age_en_mots, aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.requetes import RequeteConnectee
from portail.commun.templatetags.typographie import JOURS
from portail.commun.texte import enumerer
from reservations import acces, actions, phrases
from reservations.blocages import blocages_par_periode, communes
from reservations.calendrier import candidat_de, conditions_de, motifs_d_ouverture
from reservations.enums import MotifRefus
from reservations.explications import prereservation_en_mots
from reservations.models import Periode, Prestation
from reservations.views.adresses import ETAPES, adresse_du_planning


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
            "ensembles": _ensembles(liens),
            "plusieurs_familles": len({lien.famille_id for lien in liens}) > 1,
        },
    )


def _ensembles(liens: Sequence[Rattachement]) -> list[dict[str, object]]:
    """Offer the children of one household together, when it has several."""
    par_famille: dict[int, list[Rattachement]] = {}
    for lien in liens:
        par_famille.setdefault(lien.famille_id, []).append(lien)
    return [
        {
            "famille": siens[0].famille,
            "premier": siens[0].enfant,
            "prenoms": enumerer(lien.enfant.prenom for lien in siens),
            "recherche": urlencode({"avec": [str(lien.enfant.cle) for lien in siens[1:]]}, doseq=True),
        }
        for siens in par_famille.values()
        if len(siens) > 1
    ]


@require_safe
def choisir_periode(request: RequeteConnectee, famille_cle: UUID, enfant_cle: UUID) -> HttpResponse:
    famille, enfant = acces.enfant_d_une_famille(request.user, famille_cle, enfant_cle)
    maintenant = timezone.now()
    par_etablissement: dict[str, list[Carte]] = {}
    reservees = False
    for periode in acces.periodes_ouvertes(maintenant).prefetch_related(
        "regles_particulieres__regle",
        "regles_particulieres__prestation",
        Prefetch("prestations", Prestation.objects.exclude(description="").order_by("ordre"), to_attr="decrites"),
    ):
        carte = lire_carte(periode, famille=famille, enfant=enfant, maintenant=maintenant)
        if MotifRefus.FAMILLE_NON_CHOISIE in carte.motifs:
            reservees = True
            continue
        par_etablissement.setdefault(str(periode.accueil.etablissement.cle), []).append(carte)
    choisi = request.GET.get("etablissement", "")
    if choisi not in par_etablissement:
        choisi = next(iter(par_etablissement)) if len(par_etablissement) == 1 else ""
    cartes = par_etablissement.get(choisi, [])
    proposees = [carte for carte in cartes if not carte.motifs]
    raisons = blocages_par_periode(
        utilisateur=request.user,
        famille=famille,
        enfant=enfant,
        periodes=[carte.periode for carte in proposees],
        maintenant=maintenant,
    )
    communs = communes(list(raisons.values()))
    return render(
        request,
        "reservations/choisir_periode.html",
        {
            "etapes": ETAPES,
            "famille": famille,
            "enfant": enfant,
            "avec": (avec := acces.autres_enfants(request.user, famille, enfant, request.GET.getlist("avec"))),
            "prenoms": enumerer(un.prenom for un in [enfant, *avec]),
            "recherche_avec": urlencode({"avec": [str(un.cle) for un in avec]}, doseq=True),
            "etablissements": [
                (cle, lues[0].periode.accueil.etablissement, sum(not carte.motifs for carte in lues))
                for cle, lues in par_etablissement.items()
            ],
            "choisi": choisi,
            "cartes": [(carte, raisons.get(carte.periode.pk, [])) for carte in proposees],
            "ecartees": [carte for carte in cartes if carte.motifs],
            "reservees": reservees,
            "blocages": communs,
        },
    )


@dataclass(frozen=True, slots=True)
class Carte:
    """One période as the second step shows it to one child."""

    periode: Periode
    #: (short name, name, open?) of each weekday.
    jours: list[tuple[str, str, bool]]
    ouverts: list[str]
    conditions: list[str]
    particularites: list[str]
    apres_delai: str
    annulation_apres_delai: str
    #: What families read of its pre-booking window; empty when it has none, or once places are allotted.
    prereservation: list[str]
    #: Why it is not for this child; empty when it is.
    motifs: list[MotifRefus]
    #: When bookings open for this household, if they are not open yet.
    ouvre_le: datetime | None

    def phrases(self) -> list[str]:
        return [str(motif.label) for motif in self.motifs]


def lire_carte(periode: Periode, *, famille: Famille, enfant: Enfant, maintenant: datetime) -> Carte:
    """Word a période as the tutorial does: « Jours d’ouverture : Lun Mar … », the ones that are open marked."""
    jours = [(JOURS[rang][:3].capitalize(), JOURS[rang], rang in periode.jours_ouverture) for rang in range(7)]
    motifs = motifs_d_ouverture(famille=famille, enfant=enfant, periode=periode, maintenant=maintenant)
    ouverture = conditions_de(periode).ouverture_pour(candidat_de(enfant, famille))
    return Carte(
        periode=periode,
        jours=jours,
        ouverts=[nom for _, nom, ouvert in jours if ouvert],
        conditions=phrases.conditions_en_mots(periode),
        particularites=[phrases.particularite_en_mots(une) for une in periode.regles_particulieres.all()],
        apres_delai=phrases.apres_le_delai(periode),
        annulation_apres_delai=phrases.annulation_apres_le_delai(periode),
        prereservation=prereservation_en_mots(periode, maintenant),
        motifs=[motif for motif in motifs if motif != MotifRefus.PAS_ENCORE_OUVERT],
        ouvre_le=ouverture if MotifRefus.PAS_ENCORE_OUVERT in motifs else None,
    )


@require_POST
def ouvrir(request: RequeteConnectee, famille_cle: UUID, enfant_cle: UUID, periode_cle: UUID) -> HttpResponse:
    """Open the planning of a child, and side by side those of the others that the form names."""
    famille, enfant = acces.enfant_d_une_famille(request.user, famille_cle, enfant_cle)
    maintenant = timezone.now()
    periode = acces.periode_ouverte(periode_cle, maintenant)
    membres = []
    for un in [enfant, *acces.autres_enfants(request.user, famille, enfant, request.POST.getlist("avec"))]:
        try:
            ouverte = actions.ouvrir_reservation(famille=famille, enfant=un, periode=periode, maintenant=maintenant)
        except RefusMetier as refus:
            for phrase in refus.phrases():
                messages.error(request, f"{un.prenom}, {periode.nom}\u00a0: {phrase}")
        else:
            ouverte.enfant = un
            membres.append(ouverte)
    if not membres:
        return redirect("reservations:choisir_periode", famille.cle, enfant.cle)
    return redirect(adresse_du_planning(membres))
