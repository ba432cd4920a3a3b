"""An invoiced day that is cancelled: the invoice does not change, and whoever decides or keeps the régie reads it."""

import datetime
import uuid

import pytest
from django.urls import reverse

from portail.commun.models import Courriel
from portail.roles import Role, synchroniser
from reservations import actions
from reservations.enums import EtatPresence
from reservations.fermetures import FactureDuJour
from reservations.models import EtapePresence, Presence
from tests.fabriques import FabriqueUtilisateur, instant, membre_du_personnel
from tests.facturation import scenes
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import creneaux_du, envoyer, etats

FACTURE = FactureDuJour("00727", "REGIE", "regie@exemple.fr")


@pytest.fixture
def facturee(reservation, parent, monkeypatch):
    """Monday 15 is accepted, and on an issued invoice."""
    envoyer(reservation, parent, 15)
    Presence.objects.update(etat="acceptee")
    for module in ("reservations.courriels_factures", "reservations.admin.reservations", "reservations.conflits"):
        monkeypatch.setattr(f"{module}.factures_des_jours", lambda presences: dict.fromkeys(presences, FACTURE))
    monkeypatch.setattr("reservations.decisions.jours_factures", set)
    Courriel.objects.all().delete()
    return reservation


def recu_par_la_regie():
    return Courriel.objects.get(destinataire="regie@exemple.fr")


def test_the_regie_is_told_of_a_cancellation_that_an_agent_accepts(facturee, parent):
    Presence.objects.update(etat="annulation_demandee")
    agent = FabriqueUtilisateur(agent=True)
    actions.accepter(presences=[Presence.objects.get().pk], agent=agent, maintenant=MERCREDI)
    courriel = recu_par_la_regie()
    assert courriel.sujet == "1 jour annulé, déjà facturé"
    assert "Facture n° 00727 – AABELIUM" in courriel.texte
    assert "lundi 15\xa0janvier 2018" in courriel.texte
    assert "ne changent pas" in courriel.texte


def test_the_regie_is_told_of_a_day_that_a_parent_cancels_by_itself(facturee, parent):
    type(facturee.periode).objects.update(annulation="automatique")
    envoyer(facturee, parent, annuler=[15])
    assert etats(facturee) == {15: "annulee"}
    assert "Facture n° 00727" in recu_par_la_regie().texte


def test_no_mail_is_written_when_a_cancellation_is_refused(facturee):
    Presence.objects.update(etat="annulation_demandee")
    agent = FabriqueUtilisateur(agent=True)
    actions.refuser(presences=[Presence.objects.get().pk], agent=agent, motif="Repas prêt.", maintenant=MERCREDI)
    assert not Courriel.objects.filter(destinataire="regie@exemple.fr").exists()


def test_the_agent_who_cancels_reads_it_first_and_confirms(client, facturee, matin, time_machine):
    time_machine.move_to(MERCREDI)
    synchroniser()
    client.force_login(membre_du_personnel(Role.AGENT))
    adresse = reverse("admin:reservations_reservation_au_nom_de", args=[facturee.pk])
    assert "bien qu’il soit déjà facturé" not in client.get(adresse).text
    donnees = {
        "geste": "annuler",
        "prestation": matin.pk,
        "jour": "15/01/2018",
        "motif": "Appel.",
        "cle_envoi": uuid.uuid4(),
    }
    html = client.post(adresse, donnees).text
    assert "la facture ne change pas, le régisseur régularise le compte. Le régisseur en est prévenu" in html
    assert "Annuler ce jour, bien qu’il soit déjà facturé" in html
    assert etats(facturee) == {15: "acceptee"}
    assert client.post(adresse, donnees | {"malgre_la_facture": "on"}).status_code == 302
    assert etats(facturee) == {15: "annulee"}
    assert "Appel." in recu_par_la_regie().texte


def test_both_histories_say_who_acted_for_the_household_and_why(client, commune, reservation, parent, time_machine):
    """The parent reads « Le service »; the agent, the name."""
    time_machine.move_to(MERCREDI)
    synchroniser()
    agent = membre_du_personnel(Role.AGENT)
    envoyer(reservation, parent, 16)
    actions.agir_au_nom_de(
        reservation=reservation,
        ajouts=creneaux_du(reservation, 15),
        retraits=creneaux_du(reservation, 16),
        motif="Appel de la mère.",
        agent=agent,
        hors_delai=False,
        cle=uuid.uuid4(),
        maintenant=MERCREDI,
    )
    assert [une.motif for une in EtapePresence.objects.order_by("pk")] == ["", "Appel de la mère.", "Appel de la mère."]
    client.force_login(parent)
    html = client.get(reverse("reservations:detail", args=[reservation.cle])).text
    assert "saisie par le service&nbsp;: Appel de la mère." in html
    assert html.count('(Appel de la mère.)</td><td data-label="Par">Le service</td>') == 2
    client.force_login(agent)
    presence = Presence.objects.get(creneau__jour="2018-01-15")
    html = client.get(reverse("admin:reservations_presence_change", args=[presence.pk])).text
    for attendu in ("Historique", str(agent), "Appel de la mère."):
        assert attendu in html


def test_the_regisseur_finds_the_invoices_whose_days_are_cancelled(client, commune, famille, baptiste):
    synchroniser()
    prestation = scenes.prestation(scenes.regie(), etablissement="RESTAURANT")
    facture = scenes.facture_emise(famille, prestation, FabriqueUtilisateur(agent=True), baptiste)
    liste = reverse("admin:facturation_facture_changelist")
    page = reverse("admin:facturation_facture_change", args=[facture.pk])
    client.force_login(membre_du_personnel(Role.REGISSEUR))
    assert not client.get(liste, {"a_regulariser": "oui"}).context["cl"].result_list
    assert "reste due" not in client.get(page).text
    Presence.objects.filter(creneau__jour=datetime.date(2018, 1, 16)).update(
        etat=EtatPresence.ANNULEE, motif="Fermeture : Grève", modifiee_le=instant(2018, 2, 1)
    )
    assert list(client.get(liste, {"a_regulariser": "oui"}).context["cl"].result_list) == [facture]
    html = client.get(page).text
    assert "La facture ne change pas et reste due" in html
    assert "mardi 16\xa0janvier 2018" in html
    assert "annulée (Fermeture : Grève)" in html
