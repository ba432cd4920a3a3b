"""The sheet of a child in a real browser: axe, small screens, without script, the vaccination table on a phone."""

import datetime

import pytest

from enfants.models import PersonneAutorisee, Rattachement, TypeAutorisation, Vaccin
from tests.fabriques import MOT_DE_PASSE, FabriqueCommune, FabriqueEnfant, FabriqueFamille, FabriqueResponsable
from tests.visuel.conftest import dossier_statique, fautes, navigateur, ouvrir  # noqa: F401 - fixtures

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def commune(db):
    return FabriqueCommune()


@pytest.fixture
def enfant(commune):
    famille = FabriqueFamille(nom="AABELIUM", code="F00001")
    parente = FabriqueResponsable(famille=famille, prenom="Claire")
    parente.utilisateur.set_password(MOT_DE_PASSE)
    parente.utilisateur.save()
    enfant = FabriqueEnfant(
        famille=famille, nom="AABELIUM", prenom="BAPTISTE", date_naissance=datetime.date(2019, 1, 1)
    )
    FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="LÉA", date_naissance=datetime.date(2021, 1, 1))
    Rattachement.objects.filter(enfant=enfant).update(garde="semaines_paires")
    PersonneAutorisee.objects.create(
        enfant=enfant,
        famille=famille,
        nom="KERVELLA",
        prenom="Odile",
        lien="grand-mère maternelle",
        telephone="06 11 22 33 44",
        urgence=True,
    )
    # The lists of the migrations are emptied by the other tests that commit.
    Vaccin.objects.get_or_create(code="bcg", defaults={"nom": "BCG", "obligatoire": False})
    Vaccin.objects.get_or_create(code="dt-polio-1", defaults={"nom": "DT POLIO 1"})
    TypeAutorisation.objects.get_or_create(code="baignade", defaults={"libelle": "Autorisation de baignade"})
    return enfant


@pytest.fixture
def ouvrir_connecte(ouvrir, enfant):  # noqa: F811
    def ouvre(chemin, largeur, script=True):
        page = ouvrir("/compte/connexion/", largeur, script)
        page.fill("[name=login]", enfant.familles.get().responsables.get().utilisateur.email)
        page.fill("[name=password]", MOT_DE_PASSE)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/espace/")
        page.goto(page.url.replace("/espace/", chemin))
        return page

    return ouvre


@pytest.mark.parametrize("largeur", [320, 360, 1280])
def test_the_pages_are_accessible_and_fit_the_screen(ouvrir_connecte, fautes, enfant, largeur):  # noqa: F811
    fiche = f"/enfants/{enfant.cle}/"
    chemins = ["/enfants/", fiche, f"{fiche}personnes/ajouter/"]
    chemins += [f"{fiche}?rubrique={nom}" for nom in ("sante", "vaccinations", "personnes", "autorisations")]
    page = ouvrir_connecte(chemins[0], largeur)
    base = page.url.removesuffix(chemins[0])
    for chemin in chemins:
        page.goto(base + chemin)
        assert fautes(page) == [], chemin
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, chemin
    # Going to the next page interrupts the loading of the icon: this is no complaint.
    assert [plainte for plainte in page.plaintes if "favicon" not in plainte] == []


def test_the_sections_are_saved_without_script_and_errors_lead_to_their_field(ouvrir_connecte, fautes, enfant):  # noqa: F811
    page = ouvrir_connecte(f"/enfants/{enfant.cle}/", 360, script=False)
    # Folded, the whole sheet fits in two screens of a phone.
    assert page.evaluate("document.documentElement.scrollHeight") < 2200
    page.click("#sante > summary")
    page.fill("#sante_allergies", "Arachide")
    page.click("#formulaire-sante [type=submit]")
    assert page.get_by_text("Les renseignements médicaux sont enregistrés.").is_visible()
    assert page.locator("#sante").evaluate("section => section.open")
    page.click("#vaccinations > summary")
    page.get_by_label("BCG : date de la dernière vaccination").fill("31/02/2020")
    page.get_by_role("button", name="Enregistrer les vaccinations").click()
    assert page.get_by_label("BCG : date de la dernière vaccination").input_value() == "31/02/2020"
    assert page.locator(".sommaire-erreurs a").first.get_attribute("href") == "#vaccinations_date-bcg"
