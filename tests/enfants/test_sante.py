"""The medical section: saved, encrypted, logged, kept for the school year, and nowhere else."""

import datetime
import logging

import pytest
from celery import current_app
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError

from enfants.actions import sante
from enfants.chiffrement import DonneeIllisibleError
from enfants.models import FicheSanitaire, LectureSante, Vaccination
from familles.models import Modification
from portail.commun.models import Courriel, Trace
from tests.enfants.conftest import MAINTENANT
from tests.fabriques import FabriqueEnfant, instant

SAISIE = {
    "allergies": "CANARI-arachide",
    "antecedents": "CANARI-appendicite",
    "traitements": "CANARI-ventoline",
    "recommandations": "CANARI-lunettes",
    "medecin_nom": "CANARI-docteur",
    "medecin_telephone": "0240123456",
    "pai": "on",
    "pai_consigne": "CANARI-trousse",
    "pai_jusqu_au": "31/08/2018",
    "version": "0",
}


@pytest.fixture
def adresse(baptiste):
    return f"/enfants/{baptiste.cle}/sante/"


def lignes_brutes(table):
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT t::text FROM {table} t")
        return " ".join(ligne for (ligne,) in curseur.fetchall())


def test_the_section_is_saved_and_shown_again(client, en_2018, commune, parent, baptiste, adresse):
    client.force_login(parent)
    page = client.post(adresse, SAISIE, follow=True).content.decode()
    assert "Les renseignements médicaux sont enregistrés." in page
    assert "CANARI-arachide" in page
    fiche = FicheSanitaire.objects.get(enfant=baptiste)
    assert (fiche.medecin_telephone, fiche.pai, fiche.pai_jusqu_au) == (
        "02 40 12 34 56",
        True,
        datetime.date(2018, 8, 31),
    )
    assert fiche.valable_jusqu_au == datetime.date(2018, 8, 31)


def test_the_database_holds_nothing_readable(fiche):
    brut = lignes_brutes("enfants_fichesanitaire")
    assert "CANARI" not in brut
    assert "2018-08-31" in brut  # the end of validity is not health data; a witness that the row is really read
    assert brut.count("gAAAA") == 9


def test_two_equal_texts_are_stored_differently(fiche):
    with connection.cursor() as curseur:
        fiche.allergies = fiche.antecedents = "la même chose"
        fiche.save()
        curseur.execute("SELECT allergies, antecedents FROM enfants_fichesanitaire")
        une, autre = curseur.fetchone()
    assert une != autre


@pytest.mark.parametrize("recherche", ["exact", "icontains", "in"])
def test_an_encrypted_field_refuses_to_be_searched(db, recherche):
    with pytest.raises(FieldError):
        FicheSanitaire.objects.filter(**{f"allergies__{recherche}": "a"})


def test_a_form_opened_before_another_save_is_refused(client, en_2018, commune, parent, adresse, fiche):
    client.force_login(parent)
    page = client.post(adresse, {**SAISIE, "allergies": "plus rien"}, follow=True).content.decode()
    assert "entre-temps" in page
    assert FicheSanitaire.objects.get().allergies == "CANARI-allergie"


def test_bad_input_is_said_beside_the_field_and_kept(client, en_2018, commune, parent, adresse):
    client.force_login(parent)
    erreurs = {"pai_consigne": "", "pai_jusqu_au": "31/02/2018", "medecin_telephone": "12"}
    reponse = client.post(adresse, SAISIE | erreurs)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    for phrase in ("Dites en une phrase", "Cette date n’existe pas", "Ce numéro n’existe pas", "CANARI-arachide"):
        assert phrase in page
    assert not FicheSanitaire.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_mangled_version_is_no_server_error(client, en_2018, commune, parent, adresse, version):
    client.force_login(parent)
    assert client.post(adresse, SAISIE | {"version": version}).status_code in {302, 422}
    assert not FicheSanitaire.objects.exists()


def test_each_reading_is_logged_once_with_who_whom_when_and_where(client, en_2018, commune, parent, baptiste, fiche):
    client.force_login(parent)
    for _ in range(3):
        client.get(f"/enfants/{baptiste.cle}/")
    client.get("/enfants/")
    lectures = LectureSante.objects.all()
    assert [(ligne.utilisateur, ligne.enfant_cle, ligne.page) for ligne in lectures] == [
        (parent, baptiste.cle, "enfants:fiche")
    ] * 3
    assert lectures[0].le == MAINTENANT


def test_the_log_of_readings_cannot_be_changed_or_deleted(baptiste, parent):
    sante.noter_lecture(enfant=baptiste, utilisateur=parent, page="enfants:fiche", maintenant=MAINTENANT)
    for geste in (lambda: LectureSante.objects.update(page="ailleurs"), LectureSante.objects.all().delete):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            geste()
    assert LectureSante.objects.get().page == "enfants:fiche"


def test_the_log_is_kept_a_year(baptiste, parent):
    for jour in (instant(2017, 2, 1), instant(2018, 2, 1)):
        sante.noter_lecture(enfant=baptiste, utilisateur=parent, page="enfants:fiche", maintenant=jour)
    assert sante.purger_lectures(avant=instant(2017, 2, 15)) == 1
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        LectureSante.objects.all().delete()


def test_without_the_parental_authority_neither_read_nor_written(client, en_2018, commune, parent, baptiste, fiche):
    parent.responsabilites.update(autorite_parentale=False)
    client.force_login(parent)
    page = client.get(f"/enfants/{baptiste.cle}/").content.decode()
    assert "CANARI" not in page
    assert "réservés aux personnes qui ont l’autorité parentale" in page
    assert client.post(f"/enfants/{baptiste.cle}/sante/", SAISIE | {"version": "1"}).status_code == 403
    assert not LectureSante.objects.exists()


def test_no_health_value_in_a_title_a_message_a_log_a_trace_or_a_mail(
    client, en_2018, commune, parent, baptiste, adresse, caplog
):
    """Canaries through a whole visit, with a refused form and a failure inside the page."""
    caplog.set_level(logging.DEBUG)
    client.force_login(parent)
    client.raise_request_exception = False
    client.post(adresse, SAISIE | {"version": "7"})
    client.post(adresse, SAISIE | {"pai_jusqu_au": "jamais"})
    reponse = client.post(adresse, SAISIE, follow=True)
    page = reponse.content.decode()
    assert "CANARI-arachide" in page, "témoin : le canari est bien dans le parcours"
    assert "CANARI" not in page.split("</head>")[0]
    assert "CANARI" not in " ".join(str(message) for message in reponse.context["messages"])
    with pytest.MonkeyPatch.context() as panne:
        panne.setattr(sante, "_enregistrer", lambda *args: 1 / 0)
        assert client.post(adresse, SAISIE | {"version": "1"}).status_code == 500
    assert "ZeroDivisionError" in caplog.text, "témoin : la panne est bien dans le journal"
    assert "CANARI" not in caplog.text
    for table in (Trace, Courriel, LectureSante, Modification):
        assert "CANARI" not in lignes_brutes(table._meta.db_table)
    assert "CANARI" not in lignes_brutes("django_session")


def test_the_trace_says_which_fields_changed_only(fiche, baptiste, famille):
    trace = Trace.objects.get(geste="enfant.sante_modifiee")
    assert trace.avant == {}
    assert "allergies" in trace.apres["champs"]
    assert trace.famille_cle == famille.cle


# --- How long it is kept ---


def test_the_sheet_is_erased_after_the_school_year_with_its_vaccinations(fiche, baptiste, parent, famille):
    Vaccination.objects.create(fiche=fiche, vaccin_id=1, effectue=True)
    assert sante.purger_sante(jour=datetime.date(2018, 8, 31), maintenant=MAINTENANT) == 0
    assert sante.purger_sante(jour=datetime.date(2018, 9, 1), maintenant=MAINTENANT) == 1
    assert not FicheSanitaire.objects.exists()
    assert not Vaccination.objects.exists()
    trace = Trace.objects.get(geste="enfant.sante_effacee")
    assert trace.objet_cle == baptiste.cle
    assert sante.purger_sante(jour=datetime.date(2018, 9, 1), maintenant=MAINTENANT) == 0


def test_a_renewed_sheet_is_kept_one_more_year(client, commune, time_machine, parent, baptiste, fiche):
    time_machine.move_to(instant(2018, 6, 20, 9), tick=False)
    client.force_login(parent)
    assert "Renouvelez la fiche" in client.get(f"/enfants/{baptiste.cle}/").content.decode()
    page = client.post(f"/enfants/{baptiste.cle}/sante/renouveler/", follow=True).content.decode()
    assert "renouvelée jusqu’au 31/08/2019" in page
    assert "Renouvelez la fiche" not in page
    call_command("purger_sante")
    time_machine.move_to(instant(2019, 8, 31, 23, 59), tick=False)
    call_command("purger_sante")
    assert FicheSanitaire.objects.get().allergies == "CANARI-allergie"
    time_machine.move_to(instant(2019, 9, 1, 0, 1), tick=False)
    call_command("purger_sante")
    assert not FicheSanitaire.objects.exists()


def test_there_is_nothing_to_renew_without_a_sheet(client, commune, en_2018, parent, baptiste):
    client.force_login(parent)
    page = client.post(f"/enfants/{baptiste.cle}/sante/renouveler/", follow=True).content.decode()
    assert "Il n’y a pas de fiche sanitaire à renouveler." in page


def test_the_purge_can_be_counted_without_erasing(fiche, time_machine, capsys):
    time_machine.move_to(instant(2018, 9, 2), tick=False)
    call_command("purger_sante", "--simuler")
    assert "Fiches sanitaires à effacer : 1." in capsys.readouterr().out
    assert FicheSanitaire.objects.exists()


# --- Keys ---


def test_the_key_is_changed_without_losing_anything(fiche, settings, capsys):
    ancienne, nouvelle = settings.CLES_CHIFFREMENT[0], Fernet.generate_key().decode()
    Vaccination.objects.create(fiche=fiche, vaccin_id=1, effectue=True, derniere_le=datetime.date(2012, 3, 4))
    settings.CLES_CHIFFREMENT = [nouvelle, ancienne]
    call_command("renouveler_chiffrement")
    assert "fiches sanitaires, lignes chiffrées avec la nouvelle clé : 1" in capsys.readouterr().out
    settings.CLES_CHIFFREMENT = [nouvelle]
    assert FicheSanitaire.objects.get().allergies == "CANARI-allergie"
    assert Vaccination.objects.get().derniere_le == datetime.date(2012, 3, 4)
    settings.CLES_CHIFFREMENT = [ancienne]
    with pytest.raises(DonneeIllisibleError):
        FicheSanitaire.objects.get()


def test_a_page_says_that_the_data_cannot_be_read_when_the_key_is_lost(
    client, en_2018, commune, parent, baptiste, fiche, settings
):
    settings.CLES_CHIFFREMENT = [Fernet.generate_key().decode()]
    client.force_login(parent)
    reponse = client.get(f"/enfants/{baptiste.cle}/")
    assert reponse.status_code == 503
    assert "ne peuvent pas être lues pour le moment" in reponse.content.decode()


def test_the_beat_runs_the_purge(settings):
    taches = {entree["task"] for entree in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "enfants.tasks.purger_donnees_de_sante" in taches
    current_app.loader.import_default_modules()
    assert "enfants.tasks.purger_donnees_de_sante" in current_app.tasks


# --- The doctor of a sibling ---


def test_the_doctor_is_copied_and_the_reading_of_the_sibling_logged(
    client, en_2018, commune, parent, baptiste, lea, fiche
):
    client.force_login(parent)
    reponse = client.post(f"/enfants/{lea.cle}/medecin/copier/", {"source": baptiste.cle})
    assert reponse.status_code == 302
    copie = FicheSanitaire.objects.get(enfant=lea)
    assert (copie.medecin_nom, copie.allergies) == ("CANARI-medecin", "")
    lecture = LectureSante.objects.get(page="enfants:copier_medecin")
    assert lecture.enfant_cle == baptiste.cle


def test_the_doctor_of_a_stranger_s_child_is_not_copied(
    client, en_2018, commune, etranger, autre_famille, baptiste, fiche
):
    enfant, frere = (FabriqueEnfant(famille=autre_famille) for _ in range(2))
    assert frere
    client.force_login(etranger)
    page = client.post(f"/enfants/{enfant.cle}/medecin/copier/", {"source": baptiste.cle}, follow=True).content.decode()
    assert "Choisissez un enfant de la liste." in page
    assert not FicheSanitaire.objects.filter(enfant=enfant).exists()


def test_a_sheet_without_doctor_gives_nothing_to_copy(client, en_2018, commune, parent, baptiste, lea):
    client.force_login(parent)
    page = client.post(f"/enfants/{baptiste.cle}/medecin/copier/", {"source": lea.cle}, follow=True).content.decode()
    assert "Aucun médecin n’est renseigné" in page


@pytest.mark.parametrize("geste", ["sante", "vaccinations", "sante/renouveler", "medecin/copier"])
def test_a_gesture_without_the_key_is_a_sentence_and_loses_nothing(
    client, en_2018, commune, parent, baptiste, lea, fiche, settings, geste
):
    cles = settings.CLES_CHIFFREMENT
    settings.CLES_CHIFFREMENT = [Fernet.generate_key().decode()]
    client.force_login(parent)
    cible = lea if geste == "medecin/copier" else baptiste
    donnees = {"allergies": "autre", "version": "1", "source": str(baptiste.cle)}
    reponse = client.post(f"/enfants/{cible.cle}/{geste}/", donnees)
    assert reponse.status_code == 503
    assert "Rien n’est perdu" in reponse.content.decode()
    settings.CLES_CHIFFREMENT = cles
    assert FicheSanitaire.objects.get().allergies == "CANARI-allergie"
    assert FicheSanitaire.objects.get().version == 1


@pytest.mark.parametrize(
    ("geste", "saisie", "rendu"),
    [
        ("sante", {"allergies": "Kiwi & noix", "pai": "on", "pai_consigne": "Stylo"}, ["Kiwi &amp; noix", "Stylo"]),
        ("sante", {"allergies": "Kiwi", "pai": "on"}, ["Kiwi", "Mon enfant a un projet"]),
        ("vaccinations", {"date-dt-polio-1": "03/04/2012"}, ["03/04/2012"]),
    ],
)
def test_what_was_typed_is_given_back_when_the_key_is_lost(
    client, en_2018, commune, parent, baptiste, fiche, settings, geste, saisie, rendu
):
    settings.CLES_CHIFFREMENT = [Fernet.generate_key().decode()]
    client.force_login(parent)
    reponse = client.post(f"/enfants/{baptiste.cle}/{geste}/", saisie | {"version": "1"})
    assert reponse.status_code == 503
    for attendu in rendu:
        assert attendu in reponse.text
