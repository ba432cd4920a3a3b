"""Loading of the demonstration town, in one transaction: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import connection, transaction

from familles.models import Famille, Utilisateur
from portail.commun.dates import instant
from portail.demonstration.aabelium import Tutoriel
from portail.demonstration.actualites import charger_actualites_reservees
from portail.demonstration.calendrier import Calendrier, ecrire_le_calendrier, mois_factures, mois_plus
from portail.demonstration.carnet import Carnet
from portail.demonstration.connexions import PERSONNEL, Connexions
from portail.demonstration.contenu import charger_contenu
from portail.demonstration.documents import charger_documents
from portail.demonstration.echanges import charger_echanges
from portail.demonstration.factures import Facturier
from portail.demonstration.foyers import Peuplement
from portail.demonstration.habitudes import Habitudes
from portail.demonstration.inscriptions import ecrire_les_inscriptions
from portail.demonstration.lettres import ecrire_les_courriels
from portail.demonstration.menus import charger_menus
from portail.demonstration.offre import Redaction, fermer_un_mercredi, nommer_la_direction
from portail.demonstration.paiements import Caisse
from portail.demonstration.pieces import Envois
from portail.demonstration.suites import Suites
from portail.demonstration.telechargements import charger_telechargements
from portail.roles import Role
from reservations.models import Etablissement

#: Months before this one in which the first households already booked; three of them at least have school days.
MOIS_PASSES = 6
#: Children of a hundred households, to size the offer.
ENFANTS_POUR_CENT_FOYERS = 170
#: One loading at a time, whoever starts it.
VERROU = 440_740


class VilleDejaChargee(Exception):
    """The database already holds households, an offer or staff: nothing was changed."""


@dataclass(frozen=True)
class Bilan:
    """What was written."""

    familles: int
    enfants: int
    presences: int
    factures: int


@transaction.atomic
def charger(*, familles: int, graine: int, jour: date, mois: int | None = None) -> Bilan:
    """Write the town with ``familles`` households, as it stands at the first minute of ``jour``.

    Every household then booked for ``mois`` months; without it, the first ones for six and the others for one.

    Raises ``VilleDejaChargee`` when the database is not empty.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        curseur.execute("SET LOCAL statement_timeout = 0")
        # Files are drawn meanwhile: on a slow machine the server would take the silence for a client that is gone.
        curseur.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    if deja_chargee():
        raise VilleDejaChargee
    maintenant = instant(jour, time(0, 0))
    mois_passes = mois or MOIS_PASSES
    debut = mois_plus(jour, -mois_passes)
    charger_contenu(maintenant)
    charger_telechargements(maintenant)
    charger_documents()
    ecrire_le_calendrier(range(debut.year - 1, jour.year + 3))
    connexions = Connexions(graine=graine, maintenant=maintenant)
    personnel = connexions.personnel()
    charger_menus(jour, personnel[Role.AGENT], maintenant)
    offre = Redaction(
        graine=graine,
        jour=jour,
        enfants=familles * ENFANTS_POUR_CENT_FOYERS // 100,
        calendrier=Calendrier.lu(),
    ).ecrire(debut, jour + timedelta(days=110))
    nommer_la_direction(offre, personnel[Role.DIRECTION])
    peuplement = Peuplement(
        graine=graine,
        maintenant=maintenant,
        connexions=connexions,
        agent=personnel[Role.AGENT],
        mois_longs=mois_passes,
        tous_longs=mois is not None,
    )
    foyers = peuplement.peupler(familles)
    charger_actualites_reservees(maintenant)
    carnet = Carnet(graine=graine, agent=personnel[Role.AGENT], pointeur=personnel[Role.DIRECTION])
    habitudes = Habitudes(graine=graine, maintenant=maintenant, jour=jour, offre=offre, carnet=carnet)
    for foyer in foyers[1:]:
        habitudes.suivre(foyer)
    Tutoriel(jour=jour, offre=offre, carnet=carnet, foyer=foyers[0]).suivre()
    carnet.ecrire()
    fermer_un_mercredi(offre, personnel[Role.AGENT], maintenant)
    regisseur = personnel[Role.REGISSEUR]
    factures = Facturier(graine=graine, regie=offre.regie, regisseur=regisseur).facturer(
        mois_factures(jour, mois_passes)
    )
    caisse = Caisse(graine=graine, maintenant=maintenant, regie=offre.regie, regisseur=regisseur, foyers=foyers)
    caisse.encaisser(factures)
    ecrire_les_courriels(foyers[0])
    charger_echanges(foyers[0].parent, personnel[Role.AGENT], maintenant)
    Envois(agent=personnel[Role.AGENT], maintenant=maintenant, jour=jour).charger(foyers)
    Suites(graine=graine, jour=jour, maintenant=maintenant, agent=personnel[Role.AGENT], foyers=foyers).charger()
    ecrire_les_inscriptions(jour=jour, maintenant=maintenant, agent=personnel[Role.AGENT], aabelium=foyers[0])
    return Bilan(len(foyers), len(peuplement.enfants), len(carnet.jours), len(factures))


def deja_chargee() -> bool:
    return (
        Famille.objects.exists()
        or Etablissement.objects.exists()
        or Utilisateur.objects.filter(email__in=PERSONNEL).exists()
    )
