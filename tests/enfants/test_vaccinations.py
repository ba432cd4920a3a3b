"""The vaccination table of the tutorial, on the sheet."""

import datetime

import pytest
from bs4 import BeautifulSoup

from enfants.models import FicheSanitaire, Vaccin, Vaccination
from portail.commun.models import Trace
from tests.fabriques import FabriqueEnfant


@pytest.fixture
def adresse(baptiste):
    return f"/enfants/{baptiste.cle}/vaccinations/"


def lignes(client, enfant):
    page = BeautifulSoup(client.get(f"/enfants/{enfant.cle}/").content, "html.parser")
    return [ligne.td.contents[0].strip() for ligne in page.select("#vaccinations tbody tr")]


def test_the_lines_are_those_of_the_birth_date(client, en_2018, commune, parent, famille, baptiste):
    client.force_login(parent)
    assert lignes(client, baptiste)[:2] == ["BCG", "DT POLIO 1"]
    assert "Coqueluche" not in lignes(client, baptiste)
    bebe = FabriqueEnfant(famille=famille, date_naissance=datetime.date(2018, 1, 2))
    assert {"BCG", "DT POLIO 1", "Coqueluche", "ROR 1", "Méningocoque C"} <= set(lignes(client, bebe))
    assert "Méningocoque B" not in lignes(client, bebe)


def test_the_table_is_saved_a_date_alone_saying_that_it_is_done(client, en_2018, commune, parent, baptiste, adresse):
    client.force_login(parent)
    saisie = {"version": "0", "effectue-bcg": "on", "date-dt-polio-1": "02/03/2011"}
    page = client.post(adresse, saisie, follow=True).content.decode()
    assert "Les vaccinations sont enregistrées." in page
    faites = {
        ligne.vaccin.code: (ligne.effectue, ligne.derniere_le)
        for ligne in Vaccination.objects.select_related("vaccin").filter(fiche__enfant=baptiste)
    }
    assert faites["bcg"] == (True, None)
    assert faites["dt-polio-1"] == (True, datetime.date(2011, 3, 2))
    assert faites["dt-polio-2"] == (False, None)
    trace = Trace.objects.get(geste="enfant.vaccinations_modifiees")
    assert trace.apres == {"champs": "bcg, dt-polio-1"}


def test_the_state_says_what_is_missing_then_up_to_date(client, en_2018, commune, parent, adresse):
    client.force_login(parent)
    page = client.post(adresse, {"version": "0", "effectue-dt-polio-1": "on"}, follow=True).content.decode()
    assert "Vaccin obligatoire manquant" in page
    toutes = {f"effectue-{code}": "on" for code in ("dt-polio-1", "dt-polio-2", "dt-polio-rappel")}
    page = client.post(adresse, {"version": "1", **toutes}, follow=True).content.decode()
    assert "Vaccin obligatoire manquant" not in page
    assert "À jour" in page


def test_a_provisional_admission_says_until_when(client, en_2018, commune, parent, baptiste, fiche):
    FicheSanitaire.objects.filter(pk=fiche.pk).update(admis_le=datetime.date(2018, 1, 8))
    client.force_login(parent)
    page = client.get(f"/enfants/{baptiste.cle}/").content.decode()
    assert "Admission provisoire" in page
    assert "jusqu’au 08/04/2018" in page


@pytest.mark.parametrize(
    ("saisie", "phrase"),
    [
        ("16/02/2018", "Cette date n’est pas encore passée."),
        ("31/12/2010", "Cette date précède la naissance"),
        ("31/02/2018", "Cette date n’existe pas."),
    ],
)
def test_impossible_dates_are_refused_and_kept(client, en_2018, commune, parent, adresse, saisie, phrase):
    client.force_login(parent)
    reponse = client.post(adresse, {"version": "0", "date-bcg": saisie})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert phrase in page
    assert f'value="{saisie}"' in page
    assert not Vaccination.objects.exists()


@pytest.mark.parametrize("saisie", ["15/02/2018", "01/01/2011"])
def test_today_and_the_birth_day_are_accepted(client, en_2018, commune, parent, adresse, saisie):
    client.force_login(parent)
    assert client.post(adresse, {"version": "0", "date-bcg": saisie}).status_code == 302


def test_a_new_obligation_is_a_row_not_a_release(client, en_2018, commune, parent, baptiste):
    Vaccin.objects.create(code="nouveau", nom="Vaccin nouveau", nes_du=datetime.date(2010, 1, 1), ordre=999)
    client.force_login(parent)
    assert lignes(client, baptiste)[-1] == "Vaccin nouveau"
