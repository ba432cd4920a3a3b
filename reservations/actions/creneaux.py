"""The days of a période, made from its opening weekdays and the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from familles.models import Utilisateur
from portail.commun.dates import jours
from portail.commun.traces import tracer
from reservations.enums import JoursDeClasse
from reservations.models import (
    Creneau,
    Fermeture,
    JourFerme,
    LigneDemande,
    Periode,
    Presence,
    Prestation,
    VacancesScolaires,
)


@dataclass(frozen=True, slots=True)
class BilanCreneaux:
    crees: int
    #: Days that fall on an opening weekday but are closed.
    exclus: int


def jours_ouverts(periode: Periode) -> tuple[list[date], int]:
    """Return the open days of a période and how many opening weekdays its calendar closes; two queries."""
    fermes = set(
        JourFerme.objects.filter(jour__range=(periode.du, periode.au), ferme_les_accueils=True).values_list(
            "jour", flat=True
        )
    )
    vacances = VacancesScolaires.objects.filter(premier_jour__lte=periode.au, dernier_jour__gte=periode.du)
    jours_de_vacances = {jour for v in vacances for jour in jours(v.premier_jour, v.dernier_jour)}
    candidats = [jour for jour in jours(periode.du, periode.au) if jour.weekday() in periode.jours_ouverture]
    regime = periode.jours_de_classe
    ouverts = [
        jour
        for jour in candidats
        if jour not in fermes
        and (regime == JoursDeClasse.TOUS or (jour in jours_de_vacances) == (regime == JoursDeClasse.VACANCES))
    ]
    return ouverts, len(candidats) - len(ouverts)


@transaction.atomic
def generer_creneaux(*, periode: Periode, auteur: Utilisateur | None, maintenant: datetime) -> BilanCreneaux:
    """Make the missing days of every prestation; days that exist keep their places, and none is removed."""
    ouverts, exclus = jours_ouverts(periode)
    avant = Creneau.objects.filter(prestation__periode=periode).count()
    creneaux = [
        Creneau(prestation=prestation, jour=jour, capacite=prestation.capacite_par_jour)
        for prestation in periode.prestations.all()
        for jour in ([prestation.jour_unique] if prestation.jour_unique else ouverts)
    ]
    _fermer_ce_qui_l_est(creneaux, periode)
    Creneau.objects.bulk_create(creneaux, ignore_conflicts=True, batch_size=2000)
    bilan = BilanCreneaux(Creneau.objects.filter(prestation__periode=periode).count() - avant, exclus)
    tracer(
        geste="periode.creneaux_generes",
        objet="reservations.periode",
        objet_cle=periode.cle,
        libelle=str(periode),
        auteur=auteur,
        maintenant=maintenant,
        apres={"crees": bilan.crees, "jours_fermes": bilan.exclus},
    )
    return bilan


@transaction.atomic
def redater(*, prestation: Prestation, auteur: Utilisateur | None, maintenant: datetime) -> BilanCreneaux:
    """Give a prestation the days of its kind again, once its kind or the day of its outing has changed.

    Nobody has booked it (the caller has looked, under lock): its other days are removed, or closed where a request that
    is refused or cancelled still names them.
    """
    attendus = [prestation.jour_unique] if prestation.jour_unique else jours_ouverts(prestation.periode)[0]
    autres = Creneau.objects.filter(prestation=prestation, places_prises=0).exclude(jour__in=attendus)
    nommes = Exists(Presence.objects.filter(creneau=OuterRef("pk"))) | Exists(
        LigneDemande.objects.filter(creneau=OuterRef("pk"))
    )
    autres.filter(nommes).update(ferme=True)
    autres.exclude(nommes).delete()
    return generer_creneaux(periode=prestation.periode, auteur=auteur, maintenant=maintenant)


def _fermer_ce_qui_l_est(creneaux: Sequence[Creneau], periode: Periode) -> None:
    """A day that a closure covers is made closed."""
    fermetures = list(Fermeture.objects.filter(du__lte=periode.au, au__gte=periode.du))
    for creneau in creneaux:
        creneau.prestation.periode = periode
        creneau.ferme = any(une.couvre(creneau) for une in fermetures)
