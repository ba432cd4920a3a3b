"""The service acts in a household's place: with a reason, past the deadline by right, never past the capacity."""

import uuid

import pytest
from django.urls import reverse

from portail.commun.models import Courriel, Trace
from portail.roles import Role, synchroniser
from reservations import actions
from reservations.enums import MotifRefus
from reservations.erreurs import JourRefuse
from reservations.models import Creneau, Demande, Presence
from tests.fabriques import FabriqueUtilisateur, instant, membre_du_personnel
from tests.reservations.gestes import creneaux_du, envoyer, etats, places_coherentes

#: After the deadline of Thursday 18.
TARD = instant(2018, 1, 17, 9)


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


def agir(reservation, agent, ajouts=(), retraits=(), hors_delai=True, motif="Appel de la mère.", cle=None):
    return actions.agir_au_nom_de(
        reservation=reservation,
        ajouts=creneaux_du(reservation, *ajouts),
        retraits=creneaux_du(reservation, *retraits),
        motif=motif,
        agent=agent,
        hors_delai=hors_delai,
        cle=cle or uuid.uuid4(),
        maintenant=TARD,
    )


def test_a_day_is_booked_past_the_deadline_with_its_reason(reservation, agent, parent):
    demande = agir(reservation, agent, ajouts=[18])
    assert etats(reservation) == {18: "acceptee"}
    assert demande.motif_au_nom_de == "Appel de la mère."
    assert Trace.objects.get(geste="reservation.demande_envoyee").motif == "Appel de la mère."
    assert "Appel de la mère." in Courriel.objects.latest("pk").texte


def test_without_the_right_the_deadline_holds_and_nothing_is_written(reservation, agent):
    with pytest.raises(JourRefuse) as refus:
        agir(reservation, agent, ajouts=[18], hors_delai=False)
    assert refus.value.motifs == [MotifRefus.HORS_DELAI]
    assert not Demande.objects.exists()


def test_a_full_day_is_never_passed(reservation, agent):
    Creneau.objects.filter(jour="2018-01-18").update(capacite=0)
    with pytest.raises(JourRefuse, match="complet"):
        agir(reservation, agent, ajouts=[18])


def test_a_day_is_moved_at_once_or_not_at_all(reservation, agent, parent):
    envoyer(reservation, parent, 18)
    Creneau.objects.filter(jour="2018-01-19").update(capacite=0)
    with pytest.raises(JourRefuse):
        agir(reservation, agent, ajouts=[19], retraits=[18])
    assert etats(reservation) == {18: "demandee"}
    agir(reservation, agent, ajouts=[22], retraits=[18])
    assert etats(reservation) == {18: "annulee", 22: "acceptee"}
    assert places_coherentes(reservation.periode)


def test_an_accepted_day_is_cancelled_without_waiting_for_an_answer(reservation, agent, parent):
    envoyer(reservation, parent, 18)
    Presence.objects.update(etat="acceptee")
    agir(reservation, agent, retraits=[18])
    assert etats(reservation) == {18: "annulee"}


def test_a_reason_is_required_and_a_form_counts_once(reservation, agent):
    with pytest.raises(ValueError, match="se motive"):
        agir(reservation, agent, ajouts=[18], motif=" ")
    cle = uuid.uuid4()
    assert agir(reservation, agent, ajouts=[18], cle=cle).pk == agir(reservation, agent, ajouts=[18], cle=cle).pk


def test_an_agent_books_from_the_admin(client, reservation, matin, time_machine):
    time_machine.move_to(TARD)
    synchroniser()
    client.force_login(membre_du_personnel(Role.AGENT))
    adresse = reverse("admin:reservations_reservation_au_nom_de", args=[reservation.pk])
    assert "Passer outre" in client.get(adresse).text
    donnees = {
        "geste": "reserver",
        "prestation": matin.pk,
        "jour": "18/01/2018",
        "motif": "Appel.",
        "cle_envoi": uuid.uuid4(),
    }
    assert "La limite pour réserver ce jour est dépassée." in client.post(adresse, donnees).text
    reponse = client.post(adresse, donnees | {"hors_delai": "on"})
    assert reponse.status_code == 302
    assert etats(reservation) == {18: "acceptee"}
