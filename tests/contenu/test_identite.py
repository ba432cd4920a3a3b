import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contenu.enums import EtatAccessibilite
from contenu.models import Commune, DeclarationAccessibilite
from tests.fabriques import FabriqueCommune, FabriqueUtilisateur

pytestmark = pytest.mark.django_db


def test_the_style_sheet_holds_the_two_colours_of_the_town(client):
    FabriqueCommune(couleur_principale="#123456", couleur_secondaire="#7a2e12")
    reponse = client.get("/identite.css")
    assert reponse["Content-Type"] == "text/css; charset=utf-8"
    assert "--couleur-1: #123456;" in reponse.content.decode()
    assert "--couleur-2: #7a2e12;" in reponse.content.decode()


def test_a_colour_that_cannot_be_read_is_darkened_even_if_the_database_holds_it(client, commune):
    Commune.objects.update(couleur_principale="#ffff00", couleur_secondaire="};x{")
    css = client.get("/identite.css").content.decode()
    assert "#ffff00" not in css
    assert "};x{" not in css


def test_the_sheet_is_kept_by_browsers_until_the_colours_change(client, commune):
    version = client.get("/mentions/").context["commune"].version_identite
    adresse = f"/identite.css?v={version}"
    assert adresse in client.get("/mentions/").content.decode()
    reponse = client.get(adresse)
    assert "immutable" in reponse["Cache-Control"]
    assert client.get(adresse, headers={"If-None-Match": reponse["ETag"]}).status_code == 304
    Commune.objects.update(couleur_principale="#123456")
    assert "immutable" not in client.get(adresse)["Cache-Control"]
    assert client.get(adresse, headers={"If-None-Match": reponse["ETag"]}).status_code == 200


def test_the_sheet_is_kept_for_people_who_are_logged_in_too(client, commune):
    client.force_login(FabriqueUtilisateur())
    reponse = client.get("/identite.css")
    assert reponse["Cache-Control"].startswith("public")
    assert client.get("/mentions/")["Cache-Control"] == "no-store, private"


def test_the_town_is_refused_a_colour_that_is_too_pale(commune):
    commune.couleur_principale = "#ffcc00"
    with pytest.raises(ValidationError) as refus:
        commune.full_clean()
    assert "trop claire" in refus.value.message_dict["couleur_principale"][0]


def test_the_logo_answers_404_when_there_is_none(client, commune):
    assert client.get("/logo/").status_code == 404


def test_without_a_declaration_the_foot_of_the_pages_says_not_compliant(client, commune):
    assert "Accessibilité&nbsp;: non conforme" in client.get("/mentions/").content.decode()


def test_the_foot_of_the_pages_says_the_declared_state(client, commune):
    DeclarationAccessibilite.objects.create(
        commune=commune, etat=EtatAccessibilite.PARTIELLE, auditee_le=datetime.date(2026, 9, 1), taux=82
    )
    assert "Accessibilité&nbsp;: partiellement conforme" in client.get("/mentions/").content.decode()
    page = client.get("/accessibilite/").content.decode()
    assert "82" in page
    assert "01/09/2026" in page


@pytest.mark.parametrize(
    ("etat", "auditee_le", "taux"),
    [
        (EtatAccessibilite.PARTIELLE, None, 82),
        (EtatAccessibilite.PARTIELLE, datetime.date(2026, 9, 1), None),
        (EtatAccessibilite.PARTIELLE, datetime.date(2026, 9, 1), 49),
        (EtatAccessibilite.TOTALE, datetime.date(2026, 9, 1), 99),
        (EtatAccessibilite.NON_CONFORME, None, 101),
    ],
)
def test_the_database_refuses_a_state_that_no_audit_supports(commune, etat, auditee_le, taux):
    with pytest.raises(IntegrityError), transaction.atomic():
        DeclarationAccessibilite.objects.create(commune=commune, etat=etat, auditee_le=auditee_le, taux=taux)


def test_there_is_one_town_only(commune):
    with pytest.raises(IntegrityError), transaction.atomic():
        Commune.objects.create(pk=2, nom="Autre")
