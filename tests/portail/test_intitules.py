"""Titles of the staff's site: each name with its article and its elision, by one table."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portail.intitules import FEMININS, MASCULINS, _premier_mot, defini, en_francais, indefini
from portail.roles import synchroniser
from tests.fabriques import membre_du_personnel


def noms():
    for modele, page in admin.site._registry.items():
        yield str(modele._meta.verbose_name)
        yield from (str(ligne.verbose_name or ligne.model._meta.verbose_name) for ligne in page.inlines)


@pytest.mark.parametrize("nom", sorted(set(noms())))
def test_the_gender_of_every_name_of_the_site_is_said(nom):
    assert (_premier_mot(nom) in FEMININS) != (_premier_mot(nom) in MASCULINS)


@pytest.mark.parametrize(
    ("nom", "le", "un"),
    [
        ("enfant", "l’enfant", "un enfant"),
        ("école", "l’école", "une école"),
        ("famille", "la famille", "une famille"),
        ("tarif", "le tarif", "un tarif"),
        ("établissement de la régie", "l’établissement de la régie", "un établissement de la régie"),
        ("vacances scolaires", "les vacances scolaires", "des vacances scolaires"),
    ],
)
def test_articles_and_elisions(nom, le, un):
    assert (defini(nom), indefini(nom)) == (le, un)


@pytest.mark.parametrize(
    ("phrase", "nom", "dite"),
    [
        ("L’objet famille « X » a été modifié avec succès.", "famille", "La famille « X » a été modifiée avec succès."),
        ("L’objet enfant « X » a été ajouté avec succès.", "enfant", "L’enfant « X » a été ajouté avec succès."),
        ("Le quotient est enregistré.", "famille", "Le quotient est enregistré."),
    ],
)
def test_django_s_own_sentences_are_said_again(phrase, nom, dite):
    assert en_francais(phrase, nom) == dite


@pytest.fixture
def agent(client, commune):
    synchroniser()
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    return agent


def test_the_pages_of_a_child_and_of_a_household_are_titled_in_french(client, agent, famille, baptiste):
    attendus = {
        reverse("admin:enfants_enfant_change", args=[baptiste.pk]): "Modifier l’enfant",
        reverse("admin:enfants_enfant_add"): "Ajouter un enfant",
        reverse("admin:familles_famille_change", args=[famille.pk]): "Modifier la famille",
        reverse("admin:familles_famille_changelist"): "Familles",
        reverse("admin:familles_famille_changelist") + "?_popup=1": "Choisir une famille",
    }
    for adresse, titre in attendus.items():
        html = client.get(adresse).content.decode()
        assert f"<h1>{titre}</h1>" in html, adresse
        for mot in ("Modification de ", "Ajout de ", "Ajouter un objet", "Sélectionnez l’objet"):
            assert mot not in html, adresse
    assert ">Ajouter une famille</a>" in client.get(reverse("admin:familles_famille_changelist")).content.decode()
    assert "&quot;Ajouter un responsable&quot;" in client.get(list(attendus)[2]).content.decode()


def test_who_reads_only_is_not_told_to_change(client, commune, famille):
    synchroniser()
    client.force_login(membre_du_personnel("regisseur"))
    html = client.get(reverse("admin:familles_famille_change", args=[famille.pk])).content.decode()
    assert "<h1>Famille</h1>" in html


def test_a_saved_page_says_so_in_french(client, agent):
    adresse = reverse("admin:enfants_ecole_add")
    saisie = {"nom": "École <du> Large", "classes-TOTAL_FORMS": "0", "classes-INITIAL_FORMS": "0"}
    html = client.post(adresse, saisie, follow=True).content.decode()
    assert "L’école «" in html
    assert "a été ajoutée avec succès" in html
    # The name stays escaped.
    assert "École &lt;du&gt; Large" in html
