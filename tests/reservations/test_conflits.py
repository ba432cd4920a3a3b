"""What staff see before they answer: each thing that is wrong with a day, in words, by sets of queries."""

import datetime
from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.models import PieceRequise, TypeDocument
from enfants.models import Enfant
from facturation.models import Regie
from familles.models import CampagneCertification, Famille
from reservations import actions
from reservations.conflits import constats_des_jours, presences_a_verifier
from reservations.enums import EtatPresence
from reservations.fermetures import FactureDuJour
from reservations.models import Creneau, JourFerme, LienPrestation, Periode, Presence, Prestation
from reservations.regles.conflits import JourDeFratrie, fratrie_separee, se_chevauchent
from tests.fabriques import FabriqueEnfant, FabriquePeriode, FabriquePrestation, FabriqueUtilisateur, instant
from tests.facturation import scenes
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import envoyer
from tests.reservations.test_blocages import publier

HUIT, NEUF, DIX, MIDI = time(8), time(9), time(10), time(12)


@pytest.mark.parametrize(
    ("une", "autre", "ensemble"),
    [
        ((HUIT, DIX), (NEUF, MIDI), True),
        ((HUIT, MIDI), (NEUF, DIX), True),
        ((HUIT, NEUF), (NEUF, DIX), False),
        ((DIX, MIDI), (HUIT, NEUF), False),
        (None, (HUIT, MIDI), False),
    ],
)
def test_two_ranges_meet_when_they_share_an_instant(une, autre, ensemble):
    assert se_chevauchent(une, autre) is ensemble
    assert se_chevauchent(autre, une) is ensemble


def frere(prenom, etat):
    return JourDeFratrie(len(prenom), prenom, EtatPresence(etat))


@pytest.mark.parametrize(
    ("etat", "autres", "sans", "avec"),
    [
        ("demandee", [frere("TOM", "refusee")], ["TOM"], []),
        ("demandee", [frere("TOM", "liste_attente"), frere("ANNA", "acceptee")], ["TOM"], []),
        ("demandee", [frere("TOM", "acceptee")], [], []),
        ("demandee", [frere("TOM", "demandee")], [], []),
        ("liste_attente", [frere("TOM", "acceptee"), frere("ANNA", "refusee")], [], ["TOM"]),
    ],
)
def test_a_family_is_split_when_its_children_do_not_get_the_same_answer(etat, autres, sans, avec):
    moi = JourDeFratrie(99, "LÉA", EtatPresence.REFUSEE)
    assert fratrie_separee(EtatPresence(etat), 99, [moi, *autres]) == (sans, avec)


@pytest.fixture
def demandee(reservation, parent):
    """Monday 15 is asked for Baptiste."""
    envoyer(reservation, parent, 15)
    return Presence.objects.get()


def phrases(presence, maintenant=MERCREDI, **champs):
    trouves = constats_des_jours([presence.pk], maintenant=maintenant, **champs)
    return [un.phrase for un in trouves.get(presence.pk, [])]


def test_a_day_without_a_fault_says_nothing(demandee):
    assert phrases(demandee) == []
    assert presences_a_verifier(maintenant=MERCREDI) == []


def test_a_day_that_closed_or_that_is_over(demandee):
    JourFerme.objects.create(jour="2018-01-15", libelle="Pont", nature="pont")
    assert phrases(demandee) == ["Jour fermé au calendrier\u00a0: Pont"]
    Creneau.objects.update(ferme=True)
    assert phrases(demandee) == ["Jour fermé"]
    Creneau.objects.update(ferme=False)
    JourFerme.objects.all().delete()
    assert phrases(demandee, MERCREDI + datetime.timedelta(days=6)) == ["Ce jour est passé"]


def test_a_child_who_waits_for_a_place_that_is_not_there(inscrits):
    attend = Presence.objects.get(reservation=inscrits[1])
    assert phrases(attend) == ["Plus de place libre"]
    Creneau.objects.filter(pk=attend.creneau_id).update(capacite=2)
    assert phrases(attend) == []


def test_a_child_who_is_no_longer_admitted(demandee):
    Periode.objects.update(age_maximum=5, residence="residentes")
    Famille.objects.update(residente=False)
    assert phrases(demandee) == [
        "L’enfant a dépassé l’âge de cet accueil",
        "Cet accueil est réservé aux familles de la commune",
    ]


@pytest.fixture
def autre_choix(demandee, parent):
    """Another prestation of the same day, from 8 to 10, where Baptiste is accepted."""
    periode = demandee.creneau.prestation.periode
    Prestation.objects.update(heure_debut=HUIT, heure_fin=NEUF)
    atelier = FabriquePrestation(periode=periode, nom="Atelier", nom_court="Atelier", heure_debut=HUIT, heure_fin=DIX)
    creneau = Creneau.objects.create(prestation=atelier, jour=demandee.creneau.jour, capacite=5, places_prises=1)
    Presence.objects.create(
        reservation=demandee.reservation,
        enfant=demandee.enfant,
        creneau=creneau,
        etat="acceptee",
        modifiee_le=MERCREDI,
    )
    return atelier


def test_the_same_child_twice_at_the_same_hours(demandee, autre_choix):
    assert phrases(demandee) == ["Déjà sur «\u00a0Atelier\u00a0» aux mêmes heures"]
    Prestation.objects.filter(pk=autre_choix.pk).update(heure_debut=NEUF)
    assert phrases(demandee) == []


def test_choices_that_go_together_are_no_conflict_and_those_that_exclude_each_other_are(demandee, autre_choix):
    lien = LienPrestation.objects.create(prestation=demandee.creneau.prestation, autre=autre_choix, genre="ajoute")
    assert phrases(demandee) == []
    Prestation.objects.update(heure_debut=None, heure_fin=None)
    LienPrestation.objects.filter(pk=lien.pk).update(genre="exclut")
    assert phrases(demandee) == ["Déjà sur «\u00a0Atelier\u00a0» aux mêmes heures"]


def test_a_sister_who_was_refused_the_same_day(demandee, famille, periode, parent):
    louise = FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="LOUISE")
    sienne = actions.ouvrir_reservation(famille=famille, enfant=louise, periode=periode, maintenant=MERCREDI)
    envoyer(sienne, parent, 15)
    Presence.objects.filter(enfant=louise).update(etat="refusee", motif="Effectif atteint.")
    assert phrases(demandee) == ["Fratrie séparée\u00a0: LOUISE sans ce jour"]


def test_what_is_missing_in_the_file_since_the_request(demandee, famille, parent):
    """A piece, a règlement, a sheet to certify, invoices: what would stop the household from booking today."""
    piece = TypeDocument.objects.create(nom="Assurance", portee="enfant")
    accueil = demandee.reservation.periode.accueil
    PieceRequise.objects.create(type=piece, bloquante=True, accueil_cle=accueil.cle, accueil_nom=accueil.nom)
    publier()
    CampagneCertification.objects.create(libelle="Rentrée", du="2018-01-01", au="2018-02-01", bloquante=True)
    attendues = [
        "Fiche de la famille à certifier (Rentrée)",
        "Pièce\u00a0: «\u202fAssurance\u202f» de BAPTISTE manque",
        "Règlement «\xa0Règlement intérieur\xa0» non accepté",
    ]
    assert phrases(demandee) == attendues
    assert phrases(demandee, dossier=False) == []
    PieceRequise.objects.update(bloquante=False)
    assert phrases(demandee) == [attendues[0], attendues[2]]


def test_unpaid_invoices_beyond_the_threshold_are_told(famille, baptiste):
    prestation = scenes.prestation(scenes.regie(), etablissement="RESTAURANT")
    facture = scenes.facture_emise(famille, prestation, FabriqueUtilisateur(agent=True), baptiste)
    Regie.objects.update(seuil_impayes="5.25")
    (une,) = scenes.presences(famille, baptiste, prestation, [datetime.date(2018, 3, 15)], EtatPresence.DEMANDEE)
    facture.refresh_from_db()
    dernier_jour = instant(*facture.date_limite_paiement.timetuple()[:3])
    assert phrases(une, dernier_jour) == []
    assert phrases(une, dernier_jour + datetime.timedelta(days=1)) == [
        "Factures en retard de paiement\u00a0: 5,25\xa0€"
    ]


def test_cancelling_an_invoiced_day_says_what_becomes_of_the_invoice(demandee, monkeypatch):
    monkeypatch.setattr(
        "reservations.conflits.factures_des_jours",
        lambda presences: dict.fromkeys(presences, FactureDuJour("00727", "REGIE", "")),
    )
    assert phrases(demandee) == []
    Presence.objects.update(etat="annulation_demandee")
    trouves = constats_des_jours([demandee.pk], maintenant=MERCREDI)
    (constat,) = trouves[demandee.pk]
    assert constat.phrase == (
        "Déjà facturé (n°\u00a000727)\u00a0: la facture ne change pas, le régisseur régularise le compte"
    )
    assert not constat.retient


def test_the_queries_do_not_grow_with_the_days(demandee, periode, parent, django_assert_num_queries):
    """Households, children and périodes of their own: everything is read by sets."""
    piece = TypeDocument.objects.create(nom="Assurance", portee="enfant")
    PieceRequise.objects.create(type=piece, bloquante=True)
    publier()
    CampagneCertification.objects.create(libelle="Rentrée", du="2018-01-01", au="2018-02-01", bloquante=True)
    with CaptureQueriesContext(connection) as mesure:
        assert len(phrases(demandee)) == 3
    for rang in range(5):
        autre = FabriquePeriode(accueil=periode.accueil, nom=f"P{rang}", regle_reservation=periode.regle_reservation)
        creneau = Creneau.objects.create(
            prestation=FabriquePrestation(periode=autre), jour=demandee.creneau.jour, capacite=9, places_prises=1
        )
        une = reservation_de(autre, rang)
        Presence.objects.create(
            reservation=une, enfant=une.enfant, creneau=creneau, etat="demandee", modifiee_le=MERCREDI
        )
    ids = list(Presence.objects.values_list("pk", flat=True))
    with django_assert_num_queries(len(mesure)):
        assert len(constats_des_jours(ids, maintenant=MERCREDI)) == 6
    assert Enfant.objects.count() == 6
