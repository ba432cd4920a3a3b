"""The staff's screens: the child with everything at hand, health apart, the passage."""

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from enfants.actions.autorisations import repondre_aux_autorisations
from enfants.admin.dossier import autorisations_effectives
from enfants.models import (
    Ecole,
    Enfant,
    FicheSanitaire,
    LectureSante,
    PassageAnnee,
    PersonneAutorisee,
    Rattachement,
    TypeAutorisation,
    Vaccination,
)
from familles.models import Modification
from portail.commun.models import Trace
from portail.roles import synchroniser
from tests.enfants.conftest import MAINTENANT, page_de
from tests.fabriques import (
    FabriqueEcole,
    FabriqueEnfant,
    FabriqueEtablissement,
    FabriqueFamille,
    FabriqueResponsable,
    membre_du_personnel,
)
from tests.reservations.gestes import inscrire
from tests.versions import versions_lues

LISTE = "/gestion/enfants/enfant/"


def noms(client, recherche):
    page = client.get(LISTE, {"q": recherche}).context["cl"]
    return {enfant.prenom for enfant in page.queryset}


@pytest.mark.parametrize(
    "recherche",
    ["zoe", "ZOÉ", "le goff zoé", "Kerhervé", "f00777", "hélène", "helene@exemple.fr", "06 12 34", "0612345678"],
)
def test_a_child_is_found_by_any_name_phone_or_mail_of_its_household(client, agent, recherche):
    foyer = FabriqueFamille(nom="Kerhervé", code="F00777")
    FabriqueResponsable(
        famille=foyer, prenom="Hélène", nom="LE GOFF", email="helene@exemple.fr", telephone_mobile="06 12 34 56 78"
    )
    FabriqueEnfant(famille=foyer, nom="Le Goff", prenom="Zoé")
    FabriqueEnfant(famille=FabriqueFamille(nom="AUTRE"), nom="AUTRE", prenom="Tom")
    client.force_login(agent)
    assert noms(client, recherche) == {"Zoé"}


def test_the_list_costs_the_same_for_two_children_or_thirty(client, agent, django_assert_max_num_queries):
    for _ in range(30):
        FabriqueEnfant(famille=FabriqueFamille())
    client.force_login(agent)
    client.get(LISTE)
    with django_assert_max_num_queries(18):
        assert client.get(LISTE).status_code == 200


def test_the_page_holds_households_persons_custody_and_authorisations(
    client, agent, baptiste, mamie, autre_foyer, parent, famille, fiche
):
    repondre_aux_autorisations(
        enfant=baptiste,
        famille=famille,
        auteur=parent,
        reponses=dict.fromkeys(TypeAutorisation.objects.all(), True),
        maintenant=MAINTENANT,
    )
    client.force_login(agent)
    page = client.get(page_de(baptiste)).content.decode()
    for attendu in ("PERE-PRENOM", "06 PERE", "Claire", "KERVELLA", "06 11 22 33 44", "Garde à régler", "baignade"):
        assert attendu in page, attendu
    assert "CANARI" not in page
    assert "sante/" in page


def test_a_change_by_a_parent_is_shown_old_to_new(client, agent, en_2018, parent, baptiste):
    client.force_login(parent)
    client.post(f"/enfants/{baptiste.cle}/identite/", {"lieu_naissance": "Nantes", "departement_naissance": "44"})
    client.force_login(agent)
    page = client.get(page_de(baptiste)).content.decode()
    assert "Rennes → Nantes" in page
    assert "Claire" in page


def test_a_change_by_staff_is_traced(client, agent, baptiste, famille):
    client.force_login(agent)
    lien = baptiste.rattachements.get()
    saisie = {
        "nom": "AABELIUM",
        "prenom": "BAPTISTE",
        "sexe": "m",
        "date_naissance": "01/01/2011",
        "niveau": "ce1",
        "rattachements-TOTAL_FORMS": "1",
        "rattachements-INITIAL_FORMS": "1",
        "rattachements-0-id": lien.pk,
        "rattachements-0-enfant": baptiste.pk,
        "rattachements-0-famille": famille.pk,
        "rattachements-0-garde": "semaines_paires",
        "rattachements-0-vacances": "premiere",
    }
    saisie |= versions_lues(client, page_de(baptiste))
    assert client.post(page_de(baptiste), saisie).status_code == 302
    baptiste.refresh_from_db()
    lien.refresh_from_db()
    assert (baptiste.niveau, lien.garde, lien.vacances) == ("ce1", "semaines_paires", "premiere")
    assert Trace.objects.get(geste="enfant.modifie").apres["niveau"] == "ce1"
    assert Trace.objects.get(geste="enfant.ligne_modifiee").apres["garde"] == "semaines_paires"
    html = client.get(page_de(baptiste)).content.decode()
    assert "garde\xa0: Toujours → Semaines paires" in html.replace("&nbsp;", "\xa0")
    assert "lieu_naissance" not in html[html.index("Derniers changements") :]


def test_a_school_that_staff_change_is_traced_by_its_name_before_and_after(client, agent, baptiste):
    avant, apres = Ecole.objects.create(nom="Les Dunes"), Ecole.objects.create(nom="Les Salines")
    baptiste.ecole = avant
    baptiste.save()
    client.force_login(agent)
    saisie = {"nom": "AABELIUM", "prenom": "BAPTISTE", "date_naissance": "01/01/2011", "ecole": apres.pk}
    saisie |= {"rattachements-TOTAL_FORMS": "0", "rattachements-INITIAL_FORMS": "0"}
    assert client.post(page_de(baptiste), saisie | versions_lues(client, page_de(baptiste))).status_code == 302
    trace = Trace.objects.get(geste="enfant.modifie")
    assert (trace.avant["ecole"], trace.apres["ecole"]) == ("Les Dunes", "Les Salines")


def test_agreed_dates_are_written_on_the_link_and_the_payer_is_a_household_of_the_child(
    client, agent, baptiste, autre_foyer, autre_famille
):
    lien = baptiste.rattachements.get(famille=autre_foyer)
    adresse = reverse("admin:enfants_rattachement_change", args=[lien.pk])
    client.force_login(agent)
    saisie = {
        "garde": "dates",
        "vacances": "habitude",
        "periodes-TOTAL_FORMS": "1",
        "periodes-INITIAL_FORMS": "0",
        "periodes-0-rattachement": lien.pk,
        "periodes-0-du": "24/12/2026",
        "periodes-0-au": "26/12/2026",
    } | versions_lues(client, adresse)
    assert client.post(adresse, saisie | {"payeur": autre_famille.pk}).status_code == 200
    assert not lien.periodes.exists()
    mere = baptiste.rattachements.exclude(pk=lien.pk).get().famille
    assert client.post(adresse, saisie | {"payeur": mere.pk}).status_code == 302
    lien.refresh_from_db()
    assert lien.payeur == mere
    assert str(lien.periodes.get()) == "du 24/12/2026 au 26/12/2026"
    assert Trace.objects.filter(objet="enfant", objet_cle=baptiste.cle).exists()


def test_children_whose_custody_disagrees_are_listed_together(client, agent, baptiste, autre_foyer, lea):
    client.force_login(agent)
    assert {enfant.prenom for enfant in client.get(LISTE, {"garde": "conflit"}).context["cl"].queryset} == {"BAPTISTE"}
    assert {enfant.prenom for enfant in client.get(LISTE, {"garde": "partagee"}).context["cl"].queryset} == {"BAPTISTE"}


def test_the_page_shows_who_has_the_child_and_who_pays_in_the_weeks_to_come(
    client, agent, en_2018, baptiste, famille, autre_foyer
):
    client.force_login(agent)
    assert lignes_de_garde(client, baptiste) == [("–", f"{famille} et {autre_foyer}", True)]
    Rattachement.objects.filter(enfant=baptiste, famille=famille).update(garde="semaines_paires")
    pere = Rattachement.objects.filter(enfant=baptiste, famille=autre_foyer)
    pere.update(garde="semaines_impaires", payeur=famille)
    lignes = lignes_de_garde(client, baptiste)
    assert {foyer for _, foyer, _ in lignes} == {str(famille), str(autre_foyer)}
    assert {payeur for payeur, _, _ in lignes} == {str(famille)}
    assert len(lignes) == 7
    assert not any(a_regler for *_, a_regler in lignes)
    assert "Garde des prochaines semaines" in client.get(page_de(baptiste)).text
    pere.delete()
    assert "Garde des prochaines semaines" not in client.get(page_de(baptiste)).text


def lignes_de_garde(client, enfant):
    lignes = client.get(page_de(enfant)).context["dossier"]["calendrier"]
    return [(ligne.payeur or "–", ligne.foyer, ligne.a_regler) for ligne in lignes]


def test_the_refusal_of_one_household_wins(baptiste, famille, parent, autre_foyer, pere):
    types = list(TypeAutorisation.objects.filter(code__in=["baignade", "transport"]))
    for foyer, auteur, accord in ((famille, parent, True), (autre_foyer, pere, False)):
        reponses = {types[0]: True, types[1]: accord}
        repondre_aux_autorisations(
            enfant=baptiste, famille=foyer, auteur=auteur, reponses=reponses, maintenant=MAINTENANT
        )
    obtenues = {ligne.libelle: ligne.accord for ligne in autorisations_effectives(baptiste, MAINTENANT.date())}
    assert obtenues == {str(types[0]): True, str(types[1]): False}


# --- Health ---


def test_each_reading_of_health_by_staff_is_logged(client, direction, famille, baptiste, fiche):
    site = FabriqueEtablissement()
    site.direction.add(direction)
    inscrire(famille, baptiste, site)
    client.force_login(direction)
    page = client.get(f"{LISTE}{baptiste.cle}/sante/").content.decode()
    assert "CANARI-allergie" in page
    assert "CANARI-consigne" in page
    assert "DT POLIO 1, DT POLIO 2" in page
    assert "Enregistrer" not in page
    lecture = LectureSante.objects.get()
    assert (lecture.utilisateur, lecture.enfant_cle, lecture.page) == (
        direction,
        baptiste.cle,
        "admin:enfants_enfant_sante",
    )


@pytest.mark.parametrize("role", ["regisseur", "comptable", "administrateur"])
def test_a_role_without_the_permission_reads_nothing_and_is_not_logged(client, commune, baptiste, fiche, role):
    synchroniser()
    client.force_login(membre_du_personnel(role))
    reponse = client.get(f"{LISTE}{baptiste.cle}/sante/")
    assert reponse.status_code == 403
    assert "CANARI" not in reponse.content.decode()
    assert not LectureSante.objects.exists()


def test_the_service_fills_the_sheet_and_the_day_of_admission(client, agent, en_2018, baptiste):
    client.force_login(agent)
    adresse = f"{LISTE}{baptiste.cle}/sante/enregistrer/"
    client.post(adresse, {"allergies": "CANARI-a", "admis_le": "08/01/2018", "version": "0"})
    fiche = FicheSanitaire.objects.get(enfant=baptiste)
    assert (fiche.allergies, f"{fiche.admis_le:%d/%m/%Y}") == ("CANARI-a", "08/01/2018")
    page = client.get(f"{LISTE}{baptiste.cle}/sante/").content.decode()
    assert "Admission provisoire jusqu’au 08/04/2018" in page
    assert "admis_le" in Trace.objects.get(geste="enfant.sante_modifiee").apres["champs"]
    assert client.post(adresse, {"pai": "on", "version": "1"}).status_code == 422
    assert "entre-temps" in client.post(adresse, {"version": "0"}, follow=True).content.decode()


def test_a_parent_cannot_say_the_day_of_admission(client, commune, en_2018, parent, baptiste):
    client.force_login(parent)
    client.post(f"/enfants/{baptiste.cle}/sante/", {"allergies": "a", "admis_le": "08/01/2018", "version": "0"})
    assert FicheSanitaire.objects.get(enfant=baptiste).admis_le is None


def test_the_administrator_reads_the_log_of_readings(client, commune, parent, baptiste, en_2018):
    synchroniser()
    client.force_login(parent)
    client.get(f"/enfants/{baptiste.cle}/")
    client.force_login(membre_du_personnel("administrateur"))
    page = client.get("/gestion/enfants/lecturesante/").content.decode()
    assert "aabelium baptiste" in page
    assert str(parent) in page


# --- School year ---


def test_the_passage_is_previewed_made_and_refused_a_second_time(client, agent, en_2018, baptiste):
    Enfant.objects.filter(pk=baptiste.pk).update(niveau="ce1", ecole=FabriqueEcole())
    client.force_login(agent)
    page = client.get("/gestion/enfants/passageannee/apercu/").content.decode()
    assert "Groupe scolaire Alain Boutle" in page
    assert "CE2" in page
    assert "2018-2019" in page
    baptiste.refresh_from_db()
    assert baptiste.niveau == "ce1"
    adresse = "/gestion/enfants/passageannee/passer/"
    page = client.post(adresse, {"annee": "2018"}, follow=True).content.decode()
    assert "Rentrée 2018-2019. Enfants passés : 1." in page
    baptiste.refresh_from_db()
    assert baptiste.niveau == "ce2"
    page = client.post(adresse, {"annee": "2018"}, follow=True).content.decode()
    assert "Choisissez une rentrée" in page
    baptiste.refresh_from_db()
    assert baptiste.niveau == "ce2"


@pytest.mark.parametrize("annee", ["", "x", "2050", "2016"])
def test_a_year_that_is_not_proposed_is_refused(client, agent, en_2018, annee):
    client.force_login(agent)
    client.post("/gestion/enfants/passageannee/passer/", {"annee": annee})
    assert not PassageAnnee.objects.exists()


def test_the_page_of_a_child_costs_the_same_whatever_it_holds(
    client, agent, baptiste, famille, django_assert_max_num_queries
):
    for rang in range(15):
        PersonneAutorisee.objects.create(enfant=baptiste, famille=famille, nom=f"N{rang}", prenom="P", lien="ami")
        Trace.objects.create(le=MAINTENANT, geste="enfant.essai", objet="enfant", objet_cle=baptiste.cle)
    client.force_login(agent)
    client.get(page_de(baptiste))
    with django_assert_max_num_queries(40):
        client.get(page_de(baptiste))


# --- Changes told to the service, and an agent who acts for a household ---


def test_each_change_by_a_parent_waits_to_be_seen_old_to_new(client, commune, en_2018, parent, famille, baptiste):
    client.force_login(parent)
    client.post(f"/enfants/{baptiste.cle}/identite/", {"lieu_naissance": "Nantes", "departement_naissance": "35"})
    client.post(f"/enfants/{baptiste.cle}/sante/", {"allergies": "CANARI-x", "version": "0"})
    vues = {note.libelle: (note.avant, note.apres) for note in Modification.objects.a_voir().filter(famille=famille)}
    assert vues == {
        "lieu de naissance": ("Rennes", "Nantes"),
        "données de santé (ce qui a changé)": ("", "allergies"),
    }


def agir_pour(client, agent, famille):
    client.force_login(agent)
    session = client.session
    session["agit_pour"] = famille.pk
    session.save()


def test_an_agent_acting_for_a_household_fills_the_sheet_of_its_child(
    client, agent, en_2018, famille, baptiste, autre_famille
):
    agir_pour(client, agent, famille)
    assert client.get(f"/enfants/{baptiste.cle}/").status_code == 200
    assert LectureSante.objects.get().utilisateur == agent
    saisie = {"nom": "LE GALL", "prenom": "Yann", "lien": "voisin", "peut_chercher": "on"}
    assert client.post(f"/enfants/{baptiste.cle}/personnes/ajouter/", saisie).status_code == 302
    assert PersonneAutorisee.objects.get().famille == famille
    assert not Modification.objects.a_voir().exists()
    assert Trace.objects.get(geste="enfant.personne_ajoutee").auteur == agent
    etranger = FabriqueEnfant(famille=autre_famille)
    assert client.get(f"/enfants/{etranger.cle}/").status_code == 404


def test_an_agent_who_acts_for_nobody_sees_no_sheet(client, agent, baptiste):
    client.force_login(agent)
    assert client.get(f"/enfants/{baptiste.cle}/").status_code == 404


def test_an_agent_without_the_right_to_health_acts_for_a_household_without_its_health(
    client, agent, en_2018, famille, baptiste, fiche
):
    Group.objects.get(name="agent").permissions.remove(Permission.objects.get(codename="voir_sante"))
    agir_pour(client, agent, famille)
    page = client.get(f"/enfants/{baptiste.cle}/").content.decode()
    assert "CANARI" not in page
    assert client.post(f"/enfants/{baptiste.cle}/sante/", {"version": "1"}).status_code == 403
    assert client.post(f"/enfants/{baptiste.cle}/vaccinations/", {"version": "1"}).status_code == 403
    assert not LectureSante.objects.exists()


# --- Vaccinations by the service ---


def test_the_service_notes_a_certificate_that_a_parent_can_neither_write_nor_erase(
    client, agent, parent, en_2018, baptiste, fiche
):
    client.force_login(agent)
    adresse = f"{LISTE}{baptiste.cle}/vaccinations/enregistrer/"
    assert client.post(adresse, {"version": "1", "contre-dt-polio-1": "on"}).status_code == 302
    page = client.get(f"{LISTE}{baptiste.cle}/sante/").content.decode()
    assert "Contre-indiqué (certificat)" in page
    client.force_login(parent)
    page = client.get(f"/enfants/{baptiste.cle}/").content.decode()
    assert "Contre-indiqué (certificat)" in page
    client.post(f"/enfants/{baptiste.cle}/vaccinations/", {"version": "2", "contre-dt-polio-2": "on"})
    lignes = {ligne.vaccin.code: ligne.contre_indication for ligne in Vaccination.objects.select_related("vaccin")}
    assert (lignes["dt-polio-1"], lignes["dt-polio-2"]) == (True, False)


def test_a_vaccine_is_not_both_done_and_exempted(client, agent, en_2018, baptiste):
    client.force_login(agent)
    adresse = f"{LISTE}{baptiste.cle}/vaccinations/enregistrer/"
    saisie = {"version": "0", "contre-dt-polio-1": "on", "date-dt-polio-1": "03/04/2012"}
    reponse = client.post(adresse, saisie)
    assert reponse.status_code == 422
    assert "décochez l’un des deux" in reponse.content.decode()
    assert not Vaccination.objects.exists()


def test_the_staff_page_without_the_key_is_a_sentence(client, agent, en_2018, baptiste, fiche, settings):
    cles = settings.CLES_CHIFFREMENT
    settings.CLES_CHIFFREMENT = [Fernet.generate_key().decode()]
    client.force_login(agent)
    page = client.get(f"{LISTE}{baptiste.cle}/sante/")
    ecrit = client.post(f"{LISTE}{baptiste.cle}/sante/enregistrer/", {"allergies": "Kiwi & noix", "version": "1"})
    assert "Kiwi &amp; noix" in ecrit.content.decode(), "ce qui était écrit est rendu"
    for reponse in (page, ecrit):
        assert reponse.status_code == 503
        assert "Rien n’est perdu ni modifié" in reponse.content.decode()
    settings.CLES_CHIFFREMENT = cles
    assert FicheSanitaire.objects.get().allergies == "CANARI-allergie"
