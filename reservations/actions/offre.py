"""Making an offer: all of it or nothing, from the wizard or from the période of the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string

from familles.models import Utilisateur
from portail.commun.dates import PARIS
from portail.commun.traces import tracer
from reservations.actions.creneaux import BilanCreneaux, generer_creneaux
from reservations.enums import GenreDelai
from reservations.models import Accueil, LienPrestation, Periode, Prestation, RegleDelai, RegleParticuliere
from reservations.regles import Particularite, Regime
from reservations.regles.annees import UN_AN, Vacances, dates_suivantes, nom_suivant

M = TypeVar("M", bound=models.Model)
LISTES = ("ecoles", "classes", "familles")
#: Where a période holds a deadline, or (the last) a particular rule.
CHAMPS_DES_REGLES = ("regle_reservation", "regle_annulation", "regle_tardive", "regle_attente", "regle")


@transaction.atomic
def creer_offre(
    *,
    accueil: Accueil,
    periode: Periode,
    prestations: Sequence[Prestation],
    tarifs_de: Mapping[int, Prestation],
    auteur: Utilisateur,
    maintenant: datetime,
) -> BilanCreneaux:
    """Write an accueil if it is new, its période, its prestations and their days.

    ``tarifs_de``: by rank in ``prestations``, the one whose tariff in force is taken over.
    """
    if accueil.pk is None:
        accueil.save()
    periode.accueil = accueil
    periode.save()
    for une in prestations:
        une.periode = periode
        une.save()
    bilan = generer_creneaux(periode=periode, auteur=auteur, maintenant=maintenant)
    copier_les_tarifs([(source, prestations[rang]) for rang, source in tarifs_de.items()], periode.du)
    _tracer("periode.creee", periode, auteur, maintenant, {"creneaux": bilan.crees})
    return bilan


@dataclass(slots=True)
class Copie:
    """A période of next year with all that goes with it, in memory until it is written."""

    source: Periode
    periode: Periode
    #: Prestation of the source, and its copy.
    prestations: list[tuple[Prestation, Prestation]]
    particulieres: list[RegleParticuliere]
    liens: list[LienPrestation]
    listes: dict[str, list[Any]] = field(default_factory=dict)
    #: By id of the rule of the source that gives a date: its copy, a year later.
    dates_deplacees_de: dict[int, RegleDelai] = field(default_factory=dict)

    @property
    def dates_deplacees(self) -> list[RegleDelai]:
        return list(self.dates_deplacees_de.values())

    @property
    def particularites(self) -> list[Particularite]:
        """Return its rules as the engine reads them, each with the rank of its prestation."""
        rangs = {source.pk: rang for rang, (source, _) in enumerate(self.prestations)}
        return [
            replace(
                une.particularite,
                prestation=rangs[une.prestation_id] if une.prestation_id else None,
                regime=Regime((self.dates_deplacees_de.get(une.regle_id) or une.regle).delai, une.effet),
            )
            for une in self.particulieres
        ]

    @property
    def copies(self) -> list[Prestation]:
        return [copie for _, copie in self.prestations]


def preparer_copie(periode: Periode, vacances: Sequence[Vacances]) -> Copie:
    """Return the période of the next school year as it would be written; nothing is saved."""
    du, au = dates_suivantes(periode.du, periode.au, vacances)
    nouvelle = _dupliquer(periode)
    nouvelle.nom, nouvelle.du, nouvelle.au = nom_suivant(periode.nom), du, au
    nouvelle.validation_jusqu_au = au + (periode.validation_jusqu_au - periode.au)
    nouvelle.ouverture_reservations_le = _deplacer(periode.ouverture_reservations_le, du - periode.du)
    nouvelle.ouverture_autres_le = _deplacer(periode.ouverture_autres_le, du - periode.du)
    nouvelle.prereservation_du = _deplacer(periode.prereservation_du, du - periode.du)
    nouvelle.prereservation_au = _deplacer(periode.prereservation_au, du - periode.du)
    nouvelle.confirmation_le = nouvelle.attribuee_le = None
    nouvelle.age_date = periode.age_date and _un_an_apres(periode.age_date)
    nouvelle.publiee = False
    paires = [(une, _prestation_suivante(une, nouvelle)) for une in periode.prestations.order_by("ordre", "pk")]
    particulieres = list(periode.regles_particulieres.select_related("regle", "regle_tardive"))
    deplacees = _dates_deplacees([nouvelle, *particulieres], du - periode.du)
    _prendre_les_dates(nouvelle, deplacees)
    return Copie(
        source=periode,
        periode=nouvelle,
        prestations=paires,
        particulieres=particulieres,
        dates_deplacees_de=deplacees,
        liens=list(LienPrestation.objects.filter(prestation__periode=periode)),
        listes={nom: list(getattr(periode, nom).all()) for nom in LISTES},
    )


@transaction.atomic
def copier_periode(*, copie: Copie, tarifs: bool, auteur: Utilisateur, maintenant: datetime) -> BilanCreneaux:
    """Write a copy: the période, its prestations, links, particular rules and lists, its days, and its tariffs."""
    periode = copie.periode
    _ecrire_les_dates(copie)
    periode.save()
    for nom, objets in copie.listes.items():
        getattr(periode, nom).set(objets)
    for une in copie.copies:
        une.periode = periode
        une.save()
    copies = {source.pk: une for source, une in copie.prestations}
    for regle in copie.particulieres:
        nouvelle = _dupliquer(regle)
        nouvelle.periode = periode
        nouvelle.prestation = copies[regle.prestation_id] if regle.prestation_id else None
        _prendre_les_dates(nouvelle, copie.dates_deplacees_de)
        nouvelle.save()
    LienPrestation.objects.bulk_create(
        LienPrestation(prestation=copies[lien.prestation_id], genre=lien.genre, autre=copies[lien.autre_id])
        for lien in copie.liens
    )
    bilan = generer_creneaux(periode=periode, auteur=auteur, maintenant=maintenant)
    if tarifs:
        copier_les_tarifs(copie.prestations, periode.du)
    _tracer("periode.copiee", periode, auteur, maintenant, {"de": str(copie.source.cle), "creneaux": bilan.crees})
    return bilan


def _dates_deplacees(porteurs: Sequence[Periode | RegleParticuliere], ecart: timedelta) -> dict[int, RegleDelai]:
    """Return a copy, in memory, of each rule that gives a date: this year's would close the next before it opens."""
    regles = [getattr(porteur, champ, None) for porteur in porteurs for champ in CHAMPS_DES_REGLES]
    return {
        une.pk: _deplacee(une, une.date_fixe + ecart)
        for une in dict.fromkeys(regles)
        if une is not None and une.genre == GenreDelai.DATE and une.date_fixe is not None
    }


def _deplacee(regle: RegleDelai, date_fixe: date) -> RegleDelai:
    """Return the rule that gives the same hour of that date: one that the town has written already, else a copy."""
    deja = RegleDelai.objects.filter(genre=GenreDelai.DATE, date_fixe=date_fixe, heure=regle.heure).first()
    if deja is not None:
        return deja
    nouvelle = _dupliquer(regle)
    nouvelle.date_fixe = date_fixe
    suivant = nom_suivant(regle.nom)
    libre = suivant != regle.nom and not RegleDelai.objects.filter(nom=suivant).exists()
    nouvelle.nom = suivant if libre else f"{regle.nom[:60]} ({date_fixe:%d/%m/%Y})"
    return nouvelle


def _prendre_les_dates(porteur: Periode | RegleParticuliere, deplacees: Mapping[int, RegleDelai]) -> None:
    for champ in CHAMPS_DES_REGLES:
        if (suivante := deplacees.get(getattr(porteur, f"{champ}_id", None) or 0)) is not None:
            setattr(porteur, champ, suivante)


def _ecrire_les_dates(copie: Copie) -> None:
    for une in copie.dates_deplacees:
        if une.pk is None:
            une.save()
    # The période was given them before they had a key: it takes it when they are given again.
    for champ in CHAMPS_DES_REGLES[:-1]:
        setattr(copie.periode, champ, getattr(copie.periode, champ))


def copier_les_tarifs(paires: Sequence[tuple[Prestation, Prestation]], du: date) -> int:
    """Give each second prestation the tariff of the first, asked of the app that bills; return how many had one."""
    if not paires or not settings.COPIE_DES_TARIFS:
        return 0
    return int(import_string(settings.COPIE_DES_TARIFS)(paires=paires, du=du))


def _prestation_suivante(prestation: Prestation, periode: Periode) -> Prestation:
    nouvelle = _dupliquer(prestation)
    nouvelle.periode, nouvelle.nom = periode, nom_suivant(prestation.nom)
    nouvelle.jour_unique = prestation.jour_unique and prestation.jour_unique + UN_AN
    nouvelle.reponse_avant_le = _deplacer(prestation.reponse_avant_le, UN_AN)
    return nouvelle


def _dupliquer(objet: M) -> M:
    """Return an unsaved object with the same fields, and identifiers of its own."""
    propres = {"id", "cle"}
    champs = {c.attname: getattr(objet, c.attname) for c in objet._meta.concrete_fields if c.name not in propres}
    return type(objet)(**champs)


def _deplacer(instant: datetime | None, ecart: timedelta) -> datetime | None:
    """Move an instant by whole days of the wall clock: 8 h stays 8 h across a clock change."""
    if instant is None:
        return None
    local = instant.astimezone(PARIS)
    return (local.replace(tzinfo=None) + ecart).replace(tzinfo=PARIS)


def _un_an_apres(jour: date) -> date:
    try:
        return jour.replace(year=jour.year + 1)
    except ValueError:  # 29 February
        return jour.replace(year=jour.year + 1, day=28)


def _tracer(geste: str, periode: Periode, auteur: Utilisateur, maintenant: datetime, apres: Mapping[str, Any]) -> None:
    tracer(
        geste=geste,
        objet="reservations.periode",
        objet_cle=periode.cle,
        libelle=str(periode),
        auteur=auteur,
        maintenant=maintenant,
        apres=apres,
    )
