"""The first page of the service: what waits, by queue, each line leading to as many rows as it says."""

from datetime import date

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from enfants.models import Rattachement
from familles.enums import EtatModification
from familles.models import Modification
from portail.roles import synchroniser
from reservations.models import Presence
from tests.documents.fabriques import FabriqueDocument
from tests.fabriques import FabriqueEtablissement, instant, membre_du_personnel
from tests.reservations.gestes import inscrire


@pytest.fixture
def travail(client, commune):
    synchroniser()
    client.force_login(membre_du_personnel("agent"))

    def lire():
        return {ligne.texte: ligne for ligne in client.get(reverse("admin:index")).context["travail"]}

    return lire


def modification(famille, parent, **champs):
    return Modification.objects.create(
        famille=famille,
        champ="famille.adresse",
        libelle="Adresse",
        objet_cle=famille.cle,
        objet_libelle=str(famille),
        auteur=parent,
        le=instant(2018, 1, 10, 9),
        **champs,
    )


def test_nothing_is_said_when_nothing_waits(travail):
    assert travail() == {}


def test_each_queue_leads_to_as_many_rows_as_it_says(client, travail, famille, parent, baptiste):
    modification(famille, parent, etat=EtatModification.APPLIQUEE)
    modification(famille, parent, etat=EtatModification.APPLIQUEE, vue_le=instant(2018, 1, 11, 9))
    modification(famille, parent, etat=EtatModification.EN_ATTENTE)
    FabriqueDocument(famille=famille, enfant=baptiste)
    FabriqueDocument(famille=famille, enfant=baptiste, valide=True)
    lignes = travail()
    assert {texte: ligne.nombre for texte, ligne in lignes.items()} == {
        "modification d’une famille attend un accord": 1,
        "changements faits par des familles sont à regarder": 2,
        "document envoyé est à vérifier": 1,
    }
    for ligne in lignes.values():
        assert client.get(ligne.lien).context["cl"].result_count == ligne.nombre, ligne.texte


def test_a_change_of_hours_is_a_queue_of_its_own(client, travail, famille, baptiste):
    inscrire(famille, baptiste, FabriqueEtablissement(nom="GARDE"))
    Presence.objects.update(
        etat="acceptee", arrivee_demandee="08:00", depart_demande="09:30", heures_demandees_le=timezone.now()
    )
    assert list(travail()) == ["changement d’heures attend une réponse"]
    page = client.get(travail()["changement d’heures attend une réponse"].lien)
    assert page.context["cl"].result_count == 1
    assert "demandé\xa0: de 8\xa0h à 9\xa0h\xa030" in page.content.decode()


def test_the_days_on_which_two_households_disagree_are_counted(client, travail, famille, baptiste):
    """One day to come is booked by a household whose link with the child is over."""
    inscrire(famille, baptiste, FabriqueEtablissement(nom="CANTINE"))
    assert list(travail()) == ["jour demandé attend une réponse"]
    Rattachement.objects.filter(enfant=baptiste, famille=famille).update(au=timezone.localdate())
    ligne = travail()["jour réservé est à vérifier entre les foyers d’un enfant"]
    assert ligne.nombre == 1
    assert client.get(ligne.lien).context["cl"].result_count == 1


def test_a_direction_counts_the_days_of_its_own_sites(client, famille, baptiste, commune):
    synchroniser()
    direction = membre_du_personnel("direction")
    sien, autre = FabriqueEtablissement(nom="SIEN"), FabriqueEtablissement(nom="AUTRE")
    sien.direction.add(direction)
    inscrire(famille, baptiste, sien)
    inscrire(famille, baptiste, autre)
    inscrire(famille, baptiste, FabriqueEtablissement(nom="TROISIEME"))
    client.force_login(direction)
    [ligne] = client.get(reverse("admin:index")).context["travail"]
    assert (ligne.nombre, ligne.texte) == (1, "jour demandé attend une réponse")
    assert client.get(ligne.lien).context["cl"].result_count == 1


def test_a_page_of_the_staff_writes_dates_in_figures_and_shows_no_empty_block(client, travail):
    assert date_format(date(2018, 1, 1)) == "01/01/2018"
    page = client.get(reverse("admin:index")).content.decode()
    assert "Aucun(e)" not in page
    assert "Actions récentes" not in page
    LogEntry.objects.create(
        user_id=client.session["_auth_user_id"], object_repr="École du Port", action_flag=CHANGE, change_message="[]"
    )
    page = client.get(reverse("admin:index")).content.decode()
    assert "Actions récentes" in page
    assert "École du Port" in page
