"""What a parent changes of a child's identity."""

import pytest
from django.utils import timezone

from enfants.models import Classe, Ecole, Enfant, Menu
from familles.actions import fiche
from familles.enums import EtatModification
from familles.erreurs import ModificationRefusee
from familles.models import Modification, ReglageChamp
from portail.commun.models import Trace
from portail.roles import synchroniser
from tests.fabriques import FabriqueEcole, membre_du_personnel
from tests.familles.outils import dernier_courriel


@pytest.fixture
def adresse(baptiste):
    return f"/enfants/{baptiste.cle}/identite/"


def test_the_birth_place_and_the_menu_are_saved_and_traced(client, commune, parent, baptiste, famille, adresse):
    client.force_login(parent)
    menu = Menu.objects.get(nom="Menu sans viande")
    saisie = {"lieu_naissance": "Nantes", "departement_naissance": "44", "menu": menu.pk}
    reponse = client.post(adresse, saisie, follow=True)
    assert "Les informations sont enregistrées." in reponse.content.decode()
    baptiste.refresh_from_db()
    assert (baptiste.lieu_naissance, baptiste.departement_naissance, baptiste.menu) == ("Nantes", "44", menu)
    trace = Trace.objects.get(geste="enfant.identite_modifiee")
    assert trace.avant == {"lieu_naissance": "Rennes", "departement_naissance": "35", "menu": ""}
    assert trace.apres == {"lieu_naissance": "Nantes", "departement_naissance": "44", "menu": "Menu sans viande"}
    assert (trace.auteur, trace.famille_cle, trace.objet_cle) == (parent, famille.cle, baptiste.cle)


def test_saving_without_change_leaves_no_trace(client, commune, parent, adresse):
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "Rennes", "departement_naissance": "35", "menu": ""})
    assert not Trace.objects.filter(geste="enfant.identite_modifiee").exists()


@pytest.mark.parametrize("departement", ["00", "20", "96", "2C", "975 ", "9A", "abc"])
def test_a_department_that_does_not_exist_is_refused_and_kept_in_the_field(
    client, commune, parent, baptiste, adresse, departement
):
    client.force_login(parent)
    reponse = client.post(adresse, {"lieu_naissance": "Ici", "departement_naissance": departement, "menu": ""})
    if departement.strip() == "975":
        assert reponse.status_code == 302
        return
    assert reponse.status_code == 422
    assert "Ce département n’existe pas" in reponse.content.decode()
    assert 'value="Ici"' in reponse.content.decode()
    baptiste.refresh_from_db()
    assert baptiste.lieu_naissance == "Rennes"


@pytest.mark.parametrize("departement", ["01", "2a", "2B", "95", "974", ""])
def test_real_departments_are_accepted(client, commune, parent, baptiste, adresse, departement):
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "", "departement_naissance": departement, "menu": ""})
    baptiste.refresh_from_db()
    assert baptiste.departement_naissance == departement.upper()


def test_the_name_the_birth_date_and_the_school_are_not_a_parent_s_to_change(
    client, commune, parent, baptiste, adresse
):
    client.force_login(parent)
    voulu = {"nom": "AUTRE", "prenom": "X", "date_naissance": "02/02/2015", "niveau": "cm2", "ecole": "1", "cle": "1"}
    client.post(adresse, {"lieu_naissance": "Nantes", "departement_naissance": "", "menu": "", **voulu})
    avant = (baptiste.nom, baptiste.prenom, baptiste.date_naissance, baptiste.niveau, baptiste.ecole_id, baptiste.cle)
    baptiste.refresh_from_db()
    assert avant == (
        baptiste.nom,
        baptiste.prenom,
        baptiste.date_naissance,
        baptiste.niveau,
        baptiste.ecole_id,
        baptiste.cle,
    )
    assert baptiste.lieu_naissance == "Nantes"


def test_a_saved_or_refused_section_comes_back_unfolded_and_the_others_folded(client, commune, parent, baptiste):
    client.force_login(parent)
    adresse = f"/enfants/{baptiste.cle}/identite/"
    assert 'id="identite" open' not in client.get(f"/enfants/{baptiste.cle}/").content.decode()
    enregistre = client.post(adresse, {"lieu_naissance": "Nantes"})
    refuse = client.post(adresse, {"departement_naissance": "999"})
    for page in (client.get(enregistre["Location"]), refuse):
        html = page.content.decode()
        assert '<details class="rubrique" id="identite" open>' in html
        assert '<details class="rubrique" id="sante">' in html


# --- What the town chooses for each piece of data ----------------------------------------------------------------


def regler(champ, politique):
    ReglageChamp.objects.create(champ=f"enfant.{champ}", politique=politique)


def page(enfant):
    return f"/enfants/{enfant.cle}/"


@pytest.mark.parametrize("politique", ["masque", "affiche"])
def test_a_closed_piece_of_data_is_not_written_whatever_is_sent(client, commune, parent, baptiste, adresse, politique):
    regler("lieu_naissance", politique)
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "Nantes", "departement_naissance": "44", "menu": ""})
    baptiste.refresh_from_db()
    assert (baptiste.lieu_naissance, baptiste.departement_naissance) == ("Rennes", "44")
    html = client.get(page(baptiste)).content.decode()
    assert 'name="lieu_naissance"' not in html
    assert ("Rennes" in html) == (politique == "affiche")


def test_a_hidden_school_is_nowhere_on_the_sheet(client, commune, parent, baptiste):
    baptiste.ecole = FabriqueEcole(nom="École du Grand Large")
    baptiste.save()
    client.force_login(parent)
    assert "Grand Large" in client.get(page(baptiste)).content.decode()
    regler("ecole", "masque")
    assert "Grand Large" not in client.get(page(baptiste)).content.decode()


def test_a_required_piece_of_data_is_asked(client, commune, parent, baptiste, adresse):
    regler("menu", "obligatoire")
    client.force_login(parent)
    reponse = client.post(adresse, {"lieu_naissance": "Nantes", "departement_naissance": "", "menu": ""})
    assert reponse.status_code == 422
    assert reponse.context["form"].errors["menu"]
    assert 'value="Nantes"' in reponse.content.decode()


def test_the_town_may_open_the_name_the_school_and_the_class(client, commune, parent, baptiste, adresse):
    ecole = FabriqueEcole(nom="École du Grand Large")
    classe = Classe.objects.create(ecole=ecole, nom="Les mouettes", niveau="ce1")
    for champ in ("prenom", "date_naissance", "ecole", "classe"):
        regler(champ, "modifiable")
    client.force_login(parent)
    saisie = {"prenom": "Bastien", "date_naissance": "01/02/2018", "classe": classe.pk}
    ailleurs = client.post(adresse, saisie | {"ecole": FabriqueEcole(nom="Autre").pk})
    assert "Cette classe n’est pas dans l’école choisie" in ailleurs.content.decode()
    assert client.post(adresse, saisie | {"ecole": ecole.pk}).status_code == 302
    baptiste.refresh_from_db()
    assert (baptiste.prenom, baptiste.classe, baptiste.nom_recherche) == ("Bastien", classe, "aabelium bastien")


@pytest.mark.parametrize(("champ", "valeur"), [("date_naissance", "01/02/2099"), ("date_naissance", ""), ("nom", "")])
def test_what_a_child_cannot_be_without_is_refused(client, commune, parent, baptiste, adresse, champ, valeur):
    regler(champ, "modifiable")
    client.force_login(parent)
    reponse = client.post(adresse, {champ: valeur})
    assert reponse.status_code == 422
    assert reponse.context["form"].errors[champ]


def test_a_change_that_waits_is_shown_to_staff_and_written_once_accepted(client, commune, parent, baptiste, adresse):
    synchroniser()
    regler("menu", "attente")
    menu = Menu.objects.get(nom="Menu sans viande")
    client.force_login(parent)
    for lieu in ("Nantes", "Brest"):
        saisie = {"lieu_naissance": lieu, "departement_naissance": "35", "menu": menu.pk}
        reponse = client.post(adresse, saisie, follow=True)
    baptiste.refresh_from_db()
    # The rest is written at once; asked twice, it waits once.
    assert (baptiste.lieu_naissance, baptiste.menu) == ("Brest", None)
    html = reponse.content.decode().replace("\xa0", " ")
    assert "un agent vérifiera ce changement" in html
    assert "En attente de l’accord du service : « Menu sans viande »" in html
    note = Modification.objects.en_attente().get()
    assert (note.avant, note.apres, note.objet_libelle) == ("", "Menu sans viande", str(baptiste))
    agent = membre_du_personnel("agent")
    client.force_login(agent)
    liste = client.get("/gestion/familles/modification/?a_voir=attente").content.decode()
    assert "Menu sans viande" in liste
    client.post("/gestion/familles/modification/", {"action": "accepter", "_selected_action": [note.pk]})
    baptiste.refresh_from_db()
    assert baptiste.menu == menu
    assert Modification.objects.get(pk=note.pk).etat == EtatModification.ACCEPTEE


def test_what_waits_goes_on_waiting_when_its_section_is_saved_again(client, commune, parent, baptiste, adresse):
    synchroniser()
    for champ in ("prenom", "date_naissance", "menu"):
        regler(champ, "attente")
    menu = Menu.objects.get(nom="Menu sans viande")
    client.force_login(parent)
    client.post(adresse, {"prenom": "Bastien", "date_naissance": "02/01/2011", "menu": menu.pk})
    montre = client.get(page(baptiste)).context["identite"]
    saisie = {nom: montre[nom].value() for nom in ("prenom", "menu")} | {"date_naissance": "02/01/2011"}
    assert f'value="{saisie["date_naissance"]}"' in str(montre["date_naissance"])
    client.post(adresse, saisie | {"lieu_naissance": "Nantes"})
    baptiste.refresh_from_db()
    assert (baptiste.prenom, baptiste.lieu_naissance) == ("BAPTISTE", "Nantes")
    attendues = Modification.objects.en_attente().values_list("apres", flat=True)
    assert sorted(attendues) == ["02/01/2011", "Bastien", "Menu sans viande"]
    assert not Modification.objects.filter(etat=EtatModification.REMPLACEE).exists()
    # The old value, typed again, withdraws the wish.
    client.post(adresse, saisie | {"prenom": "BAPTISTE"})
    assert not Modification.objects.en_attente().filter(champ="enfant.prenom").exists()


def test_an_agent_who_acts_for_the_household_writes_nothing_that_waits_unawares(
    client, commune, parent, famille, baptiste, adresse
):
    synchroniser()
    regler("prenom", "attente")
    client.force_login(parent)
    client.post(adresse, {"prenom": "Bastien"})
    client.force_login(membre_du_personnel("agent"))
    session = client.session
    session["agit_pour"] = famille.pk
    session.save()
    assert client.get(page(baptiste)).context["identite"]["prenom"].value() == "BAPTISTE"
    # The trail does not say that it changed, and names the piece of data in words.
    trace = Trace.objects.get(geste="famille.modification_demandee")
    assert trace.apres == {"enfant.prenom": "Bastien"}
    assert not Trace.objects.filter(geste="famille.fiche_modifiee").exists()
    html = client.get(f"/gestion/enfants/enfant/{baptiste.pk}/change/").content.decode().replace("\xa0", " ")
    assert "Prénom&nbsp;: BAPTISTE → Bastien" in html or "Prénom : BAPTISTE → Bastien" in html


def test_a_refusal_leaves_the_child_and_tells_the_family(client, commune, parent, baptiste, adresse):
    synchroniser()
    regler("prenom", "attente")
    client.force_login(parent)
    client.post(adresse, {"prenom": "Bastien", "lieu_naissance": "Rennes", "departement_naissance": "35", "menu": ""})
    note = Modification.objects.en_attente().get()
    agent = membre_du_personnel("agent")
    fiche.refuser(modification=note, agent=agent, motif="Il faut un acte de naissance.", maintenant=timezone.now())
    baptiste.refresh_from_db()
    assert baptiste.prenom == "BAPTISTE"
    assert "AABELIUM BAPTISTE, Prénom" in dernier_courriel(parent.email).texte


def test_what_one_household_asks_is_not_told_to_the_other(
    client, commune, parent, pere, baptiste, autre_foyer, adresse
):
    regler("lieu_naissance", "attente")
    for qui, lieu in ((parent, "Nantes"), (pere, "Brest")):
        client.force_login(qui)
        page = client.post(adresse, {"lieu_naissance": lieu, "departement_naissance": "35"}, follow=True)
        html = page.content.decode().replace("\xa0", " ")
        assert f"« {lieu} »" in html
    assert "Nantes" not in html
    # Each wish waits: neither replaces the other's.
    assert set(Modification.objects.en_attente().values_list("apres", flat=True)) == {"Nantes", "Brest"}


def test_a_choice_that_is_gone_and_a_child_that_left_are_told_to_the_agent(client, commune, parent, baptiste, adresse):
    synchroniser()
    regler("menu", "attente")
    menu = Menu.objects.create(nom="Menu d’un été")
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "Rennes", "departement_naissance": "35", "menu": menu.pk})
    menu.delete()
    note, agent = Modification.objects.en_attente().get(), membre_du_personnel("agent")
    with pytest.raises(ModificationRefusee, match="choix_disparu"):
        fiche.accepter(modification=note, agent=agent, maintenant=timezone.now())
    baptiste.rattachements.all().delete()
    with pytest.raises(ModificationRefusee, match="sans_objet"):
        fiche.accepter(modification=note, agent=agent, maintenant=timezone.now())
    assert Enfant.objects.get(pk=baptiste.pk).menu is None
    # Nothing waits for ever: what cannot be accepted is refused, and the household told.
    fiche.refuser(modification=note, agent=agent, motif="Cet enfant n’est plus chez vous.", maintenant=timezone.now())
    assert not Modification.objects.en_attente().exists()


@pytest.mark.parametrize("politique", ["modifiable", "attente"])
def test_a_new_school_does_not_keep_the_class_of_the_old_one(client, commune, parent, baptiste, adresse, politique):
    synchroniser()
    regler("ecole", politique)
    ancienne, nouvelle = Ecole.objects.create(nom="Les Dunes"), Ecole.objects.create(nom="Les Salines")
    baptiste.ecole, baptiste.niveau = ancienne, "ce1"
    baptiste.classe = Classe.objects.create(ecole=ancienne, nom="Bleue", niveau="ce1")
    baptiste.save()
    client.force_login(parent)
    client.post(adresse, {"lieu_naissance": "Rennes", "ecole": nouvelle.pk})
    if politique == "attente":
        baptiste.refresh_from_db()
        assert (baptiste.ecole, baptiste.classe.nom) == (ancienne, "Bleue")
        note = Modification.objects.en_attente().get()
        fiche.accepter(modification=note, agent=membre_du_personnel("agent"), maintenant=timezone.now())
    baptiste.refresh_from_db()
    assert (baptiste.ecole, baptiste.classe, baptiste.niveau) == (nouvelle, None, "ce1")
