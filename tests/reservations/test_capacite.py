"""Fewer places than are taken: asked, shown, confirmed, told to the families; never silent."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portail.commun.models import Courriel, Trace
from portail.roles import synchroniser
from reservations import actions
from reservations.actions.capacite import ChangementDeCapacite, effets_du_changement
from reservations.enums import EtatPresence, SiDepasse
from reservations.erreurs import CapaciteDepassee, EffetsModifies
from reservations.models import Creneau, JourSalle, Presence, Salle
from reservations.regles.capacite import Occupant, reduire
from tests.fabriques import FabriquePrestation, FabriqueUtilisateur, instant, membre_du_personnel
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.gestes import cocher, code, envoyer, places_coherentes
from tests.reservations.test_concurrence import demandeur, en_meme_temps

LUNDI, MARDI = datetime.date(2018, 1, 15), datetime.date(2018, 1, 16)
DEMANDEE, ACCEPTEE = EtatPresence.DEMANDEE, EtatPresence.ACCEPTEE


def occupant(pk, etat=ACCEPTEE, minute=0):
    return Occupant(pk, etat, instant(2018, 1, 8, 9, minute))


@pytest.mark.parametrize(
    ("voulue", "si_depasse", "capacite", "deplacees", "depassement"),
    [
        (5, SiDepasse.REFUSER, 5, (), 0),
        (3, SiDepasse.REFUSER, 3, (), 0),
        (2, SiDepasse.REFUSER, 3, (), 1),
        (2, SiDepasse.GARDER, 3, (), 1),
        (2, SiDepasse.DEPLACER, 2, (1,), 0),
        (1, SiDepasse.DEPLACER, 1, (1, 3), 0),
        # Only two of the three can be moved.
        (0, SiDepasse.DEPLACER, 1, (1, 3), 1),
    ],
)
def test_the_table_of_three_places_taken(voulue, si_depasse, capacite, deplacees, depassement):
    """1 waits for an answer, 3 was accepted after 2, and a fourth day nobody may move stands for 2 in the last row."""
    occupants = [occupant(1, DEMANDEE, 1), occupant(3, minute=30)]
    reduction = reduire(voulue, 3, occupants, si_depasse)
    assert (reduction.capacite, reduction.deplacees, reduction.depassement) == (capacite, deplacees, depassement)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    voulue=st.integers(0, 12),
    fixes=st.integers(0, 5),
    occupants=st.lists(st.tuples(st.booleans(), st.integers(0, 59)), max_size=8),
    si_depasse=st.sampled_from(SiDepasse),
)
def test_a_reduction_is_never_below_what_stays_and_moves_no_more_than_needed(voulue, fixes, occupants, si_depasse):
    dessus = [occupant(pk, DEMANDEE if attend else ACCEPTEE, minute) for pk, (attend, minute) in enumerate(occupants)]
    prises = fixes + len(dessus)
    reduction = reduire(voulue, prises, dessus, si_depasse)
    restantes = prises - len(reduction.deplacees)
    assert reduction.capacite == max(voulue, restantes)
    assert reduction.depassement == max(restantes - voulue, 0)
    assert not reduction.deplacees or si_depasse == SiDepasse.DEPLACER
    assert len(reduction.deplacees) <= max(prises - voulue, 0)
    gardees = [un for un in dessus if un.presence not in reduction.deplacees]
    assert all(
        un.etat == DEMANDEE or garde.etat == ACCEPTEE
        for un in dessus
        if un.presence in reduction.deplacees
        for garde in gardees
    )


@pytest.fixture
def agent(commune):
    return FabriqueUtilisateur(agent=True)


@pytest.fixture
def trois(periode, jours, parent):
    """Three children on the Monday and one on the Tuesday, asked one after the other."""
    reservations = [reservation_de(periode, n) for n in range(3)]
    for rang, reservation in enumerate(reservations):
        envoyer(reservation, parent, 15, maintenant=MERCREDI + datetime.timedelta(minutes=rang))
    envoyer(reservations[0], parent, 16)
    return reservations


def vouloir(cible, capacite, si_depasse, du=LUNDI, au=MARDI, **options):
    return ChangementDeCapacite(cible, capacite, du, au, SiDepasse(si_depasse), **options)


def changer(changement, agent, motif="Un animateur est absent."):
    return actions.changer_capacite(
        changement=changement,
        motif=motif,
        empreinte=effets_du_changement(changement).empreinte(),
        agent=agent,
        maintenant=MERCREDI,
    )


def capacites(*jours):
    return list(
        Creneau.objects.filter(jour__in=jours or [LUNDI, MARDI]).order_by("jour").values_list("capacite", flat=True)
    )


def test_days_that_exist_follow_and_so_do_the_next_ones_if_asked(matin, trois, agent):
    changer(vouloir(matin, 12, "refuser", aussi_les_suivants=True), agent)
    matin.refresh_from_db()
    assert (capacites(), matin.capacite_par_jour) == ([12, 12], 12)
    assert capacites(datetime.date(2018, 1, 17)) == [30]


def test_refusing_changes_nothing_at_all(matin, trois, agent):
    with pytest.raises(CapaciteDepassee) as refus:
        changer(vouloir(matin, 1, "refuser"), agent)
    assert refus.value.jours == [LUNDI]
    assert capacites() == [30, 30]


def test_keeping_closes_the_day_to_new_bookings_and_keeps_everyone(matin, trois, agent):
    changer(vouloir(matin, 1, "garder"), agent)
    assert capacites() == [3, 1]
    assert set(Presence.objects.values_list("etat", flat=True)) == {"demandee"}


def test_the_last_go_to_the_waiting_list_and_their_families_are_told(matin, trois, agent):
    Courriel.objects.all().delete()
    Presence.objects.filter(reservation=trois[2], creneau__jour=LUNDI).update(etat="acceptee")
    changer(vouloir(matin, 1, "deplacer"), agent)
    etats = {trois.index(une.reservation): une.etat for une in Presence.objects.filter(creneau__jour=LUNDI)}
    assert etats == {0: "liste_attente", 1: "liste_attente", 2: "acceptee"}
    assert capacites() == [1, 1]
    assert places_coherentes(matin.periode)
    trace = Trace.objects.get(geste="prestation.capacite_changee")
    assert trace.auteur == agent
    assert len(trace.apres["deplaces"]) == 2


def test_each_family_moved_gets_one_mail_with_its_days_and_the_reason(matin, reservation, parent, agent):
    envoyer(reservation, parent, 15, 16)
    Courriel.objects.all().delete()
    changer(vouloir(matin, 0, "deplacer"), agent)
    courriel = Courriel.objects.get()
    assert courriel.destinataire == parent.email
    for attendu in ("lundi 15\xa0janvier 2018, Matin", "mardi 16", "Un animateur est absent.", "liste d’attente"):
        assert attendu in courriel.texte


def factures(*, presences):
    return {min(presences)}


def test_a_day_that_is_billed_or_checked_is_never_moved(matin, trois, agent, settings):
    settings.JOURS_FACTURES = "tests.reservations.test_capacite.factures"
    Presence.objects.filter(reservation=trois[1], creneau__jour=LUNDI).update(etat="presente")
    effets = changer(vouloir(matin, 0, "deplacer", au=LUNDI), agent)
    assert [un.ligne.jour for un in effets.depasses] == [LUNDI]
    assert capacites(LUNDI) == [2]
    assert Presence.objects.get(etat="liste_attente").reservation == trois[2]


def test_what_moved_since_the_preview_is_read_again(matin, trois, agent, parent):
    changement = vouloir(matin, 2, "deplacer")
    vue = effets_du_changement(changement).empreinte()
    envoyer(reservation_de(matin.periode, 9), parent, 15)
    with pytest.raises(EffetsModifies):
        actions.changer_capacite(changement=changement, motif="x", empreinte=vue, agent=agent, maintenant=MERCREDI)
    assert capacites() == [30, 30]


@pytest.fixture
def salle(periode, matin, agent):
    return Salle.objects.create(etablissement=periode.accueil.etablissement, nom="Salle du bas", capacite_par_jour=4)


def placer(prestation, salle, agent):
    return actions.placer_dans_la_salle(
        prestation=prestation, salle=salle, agent=agent, a_partir_du=LUNDI, maintenant=MERCREDI
    )


def test_a_prestation_enters_a_room_with_what_is_booked_and_leaves_it(matin, trois, salle, agent):
    placer(matin, salle, agent)
    assert JourSalle.objects.get(jour=LUNDI).places_prises == 3
    assert Creneau.objects.avec_places().get(jour=LUNDI).places_libres == 1
    placer(matin, None, agent)
    assert JourSalle.objects.get(jour=LUNDI).places_prises == 0
    assert Creneau.objects.avec_places().get(jour=LUNDI).places_libres == 27


def test_a_room_too_small_for_what_is_booked_is_refused_with_the_days(matin, trois, salle, agent):
    salle.capacite_par_jour = 2
    salle.save()
    with pytest.raises(CapaciteDepassee) as refus:
        placer(matin, salle, agent)
    assert refus.value.jours == [LUNDI]


def test_a_room_made_smaller_moves_the_last_of_all_its_prestations(matin, trois, salle, agent, parent):
    placer(matin, salle, agent)
    soir = FabriquePrestation(periode=matin.periode, nom="Soir", nom_court="Soir", salle=salle)
    Creneau.objects.create(prestation=soir, jour=LUNDI, capacite=30)
    Presence.objects.update(etat="acceptee", modifiee_le=MERCREDI)
    dernier = reservation_de(matin.periode, 8)
    tard = MERCREDI + datetime.timedelta(minutes=30)
    creneau_du_soir = soir.creneaux.get()
    actions.enregistrer_brouillon(reservation=dernier, coches=[code(creneau_du_soir)], depart=[], maintenant=tard)
    envoyer(dernier, parent, maintenant=tard)
    changer(vouloir(salle, 3, "deplacer", au=LUNDI), agent)
    assert Presence.objects.get(etat="liste_attente").reservation == dernier
    jour = JourSalle.objects.get(jour=LUNDI)
    assert (jour.capacite, jour.places_prises) == (3, 3)
    assert places_coherentes(matin.periode)


@pytest.mark.django_db(transaction=True)
def test_a_capacity_changed_while_twelve_families_send_keeps_every_number_right(matin, periode, jours):
    agent, auteur = FabriqueUtilisateur(agent=True), FabriqueUtilisateur()
    reservations = [reservation_de(periode, n) for n in range(12)]
    for une in reservations:
        cocher(une, 15)

    def reduire_en_insistant():
        for _ in range(30):
            try:
                return changer(vouloir(matin, 4, "deplacer", au=LUNDI), agent)
            except EffetsModifies:
                continue
        return None

    reponses = en_meme_temps(reduire_en_insistant, *[demandeur(une, auteur) for une in reservations])
    assert [str(une) for une in reponses if isinstance(une, Exception)] == []
    creneau = Creneau.objects.get(jour=LUNDI)
    tenues = Presence.objects.filter(creneau=creneau, etat="demandee").count()
    assert creneau.places_prises == tenues == 4
    assert creneau.capacite == 4


@pytest.fixture
def connecte(client, commune):
    synchroniser()
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    with time_machine.travel(instant(2018, 1, 10, 9), tick=False):
        yield agent


def test_the_page_shows_the_effects_then_writes_them(client, connecte, matin, trois):
    adresse = reverse("admin:reservations_prestation_places", args=[matin.pk])
    champs = {"capacite": 1, "du": "15/01/2018", "au": "16/01/2018", "si_depasse": "deplacer", "motif": "Travaux."}
    assert "Voir ce qui change" in client.get(adresse).content.decode()
    reponse = client.get(adresse, champs)
    html = reponse.content.decode()
    assert "FAMILLE2 Lou" in html
    assert "2 réservations passent en liste d’attente" in html
    assert capacites() == [30, 30]
    champs["empreinte"] = reponse.context["effets"].empreinte()
    appliquer = reverse("admin:reservations_prestation_appliquer_places", args=[matin.pk])
    html = client.post(appliquer, champs, follow=True).content.decode()
    assert "2 réservations en liste d’attente ; les familles sont prévenues." in html
    assert capacites() == [1, 1]


def test_the_page_refuses_a_reversed_range_and_asks_for_the_reason(client, connecte, matin, trois):
    adresse = reverse("admin:reservations_prestation_places", args=[matin.pk])
    champs = {"capacite": 1, "du": "16/01/2018", "au": "15/01/2018", "si_depasse": "deplacer", "motif": ""}
    html = client.get(adresse, champs).content.decode()
    assert "La fin précède le début." in html
    assert "Écrivez le motif" in html
    reponse = client.get(adresse, champs | {"du": "15/01/2018", "au": "16/01/2018", "si_depasse": "refuser"})
    assert "Rien ne serait changé" in reponse.content.decode()


def test_the_number_of_places_of_a_prestation_is_not_changed_beside_its_page(client, connecte, matin, trois):
    adresse = reverse("admin:reservations_prestation_change", args=[matin.pk])
    html = client.get(adresse).content.decode()
    assert "Changer le nombre de places" in html
    assert 'name="capacite_par_jour"' not in html


def test_the_preview_costs_the_same_whatever_the_days(client, connecte, matin, trois, django_assert_max_num_queries):
    changement = vouloir(matin, 0, "deplacer", du=datetime.date(2018, 1, 2), au=datetime.date(2018, 2, 28))
    with django_assert_max_num_queries(3):
        effets = effets_du_changement(changement)
    assert len(effets.jours) > 35
