"""The household's page and the child's gather what every app knows, each for who may read it, at a bounded cost."""

import pytest
from django.urls import reverse

from documents.models import TypeDocument
from portail.commun.models import Courriel
from portail.roles import synchroniser
from tests.client import ClientStrict
from tests.documents.fabriques import FabriqueDocument
from tests.fabriques import FabriqueEtablissement, membre_du_personnel
from tests.portail.jumelles import foyer, offre
from tests.reservations.gestes import inscrire


@pytest.fixture
def moi(commune):
    synchroniser()
    return foyer("moi", offre())


def ouvrir(role):
    client = ClientStrict()
    client.force_login(membre_du_personnel(role))
    return client


def page_famille(foyer):
    return reverse("admin:familles_famille_change", args=[foyer.famille.pk])


def page_enfant(foyer):
    return reverse("admin:enfants_enfant_change", args=[foyer.enfant.pk])


def test_the_household_s_page_leads_to_reservations_invoices_documents_and_mails(moi):
    Courriel.objects.create(
        nom="x", destinataire="x@exemple.fr", sujet="Bonjour", texte="x", famille_cle=moi.famille.cle,
        prochain_essai_le=moi.offre.maintenant, cree_le=moi.offre.maintenant,
    )  # fmt: skip
    agent = ouvrir("agent")
    texte = agent.get(page_famille(moi)).content.decode()
    for nom, objet in (
        ("reservations_reservation", moi.reservation),
        ("facturation_facture", moi.facture),
        ("documents_document", moi.document),
        ("commun_courriel", Courriel.objects.get(sujet="Bonjour")),
    ):
        lien = reverse(f"admin:{nom}_change", args=[objet.pk])
        assert f'href="{lien}"' in texte, nom
        assert agent.get(lien).status_code == 200
    for nom in ("reservations_reservation", "facturation_facture", "documents_document"):
        tout = f"{reverse(f'admin:{nom}_changelist')}?famille__id__exact={moi.famille.pk}"
        assert tout in texte
        assert agent.get(tout).status_code == 200


def test_the_lists_behind_the_blocks_are_those_of_this_household_only(moi):
    autre = foyer("autre", moi.offre)
    agent = ouvrir("agent")
    for nom in ("reservations_reservation", "facturation_facture", "documents_document"):
        adresse = f"{reverse(f'admin:{nom}_changelist')}?famille__id__exact={moi.famille.pk}"
        assert autre.canari not in agent.get(adresse).content.decode()
    assert autre.canari not in agent.get(page_famille(moi)).content.decode()


@pytest.mark.parametrize(
    ("role", "presents", "absents"),
    [
        ("agent", ["Réservations", "Factures", "Documents"], []),
        ("regisseur", ["Factures"], ["Réservations", "Documents"]),
    ],
)
def test_each_role_reads_the_blocks_of_its_rights(moi, role, presents, absents):
    texte = ouvrir(role).get(page_famille(moi)).content.decode()
    for titre in presents:
        assert f"<h3>{titre}</h3>" in texte
    for titre in absents:
        assert f"<h3>{titre}</h3>" not in texte


def test_a_health_piece_is_not_named_to_who_may_not_read_it(moi):
    sante = TypeDocument.objects.create(nom="Ordonnance CANARI-SANTE", sante=True)
    FabriqueDocument(famille=moi.famille, enfant=moi.enfant, type=sante)
    agent = membre_du_personnel("agent")
    client = ClientStrict()
    client.force_login(agent)
    assert "CANARI-SANTE" in client.get(page_famille(moi)).content.decode()
    droit = agent.groups.get().permissions.get(codename="voir_document_sante")
    agent.groups.get().permissions.remove(droit)
    for page in (page_famille(moi), page_enfant(moi)):
        assert "CANARI-SANTE" not in client.get(page).content.decode()


def test_a_direction_reads_on_the_child_s_page_the_reservations_of_its_sites_only(moi):
    direction = membre_du_personnel("direction")
    moi.offre.periode.accueil.etablissement.direction.add(direction)
    client = ClientStrict()
    client.force_login(direction)
    texte = client.get(page_enfant(moi)).content.decode()
    assert moi.reservation.numero_affiche in texte
    assert "<h3>Documents</h3>" not in texte
    # The same child is booked elsewhere too: the agent reads it there, the direction does not.
    inscrire(moi.famille, moi.enfant, FabriqueEtablissement(nom="AILLEURS"))
    assert "AILLEURS" in ouvrir("agent").get(page_enfant(moi)).content.decode()
    assert "AILLEURS" not in client.get(page_enfant(moi)).content.decode()


def test_the_pages_cost_the_same_for_one_document_or_forty(moi, django_assert_max_num_queries):
    agent = ouvrir("agent")
    for _ in range(40):
        FabriqueDocument(famille=moi.famille, enfant=moi.enfant, type=moi.offre.type_document)
    with django_assert_max_num_queries(45):
        agent.get(page_famille(moi))
    with django_assert_max_num_queries(45):
        agent.get(page_enfant(moi))
