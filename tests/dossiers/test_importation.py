"""Import of households: nothing before the confirmation, nothing twice, every problem by its line."""

import threading

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import rapport
from dossiers.actions import effacement
from dossiers.actions import importation as gestes
from dossiers.enums import EtatImportation, EtatLigne
from dossiers.erreurs import DossierRefuse
from dossiers.importation import ecriture
from dossiers.models import Importation, LigneImportation, ReferenceExterne
from enfants.models import Enfant, Rattachement
from familles.models import Famille, QuotientFamilial, Responsable, Utilisateur
from portail.commun.models import Courriel, Trace
from tests.dossiers.fichiers import avancer, confirmer, en_csv, importer, lignes, problemes, recevoir, verifier
from tests.droits import empreinte
from tests.fabriques import FabriqueEcole, FabriqueEnfant, FabriqueUtilisateur


@pytest.fixture
def admin(db):
    FabriqueEcole()
    return FabriqueUtilisateur(agent=True)


def compte():
    return tuple(
        m.objects.count() for m in (Famille, Responsable, Enfant, Rattachement, QuotientFamilial, ReferenceExterne)
    )


def test_a_household_arrives_whole_and_written_as_the_portal_writes(admin):
    importer(lignes({}, {"Id enfant": "E8", "Prénom enfant": "Lila", "Sexe": "F", "Niveau": "Grande section"}), admin)
    famille = Famille.objects.get()
    assert (famille.nom, famille.telephone, famille.code_postal) == ("LE GALL", "02 40 23 92 25", "44740")
    assert [(a.rang, a.prenom, a.email, a.telephone_mobile) for a in famille.responsables.order_by("rang")] == [
        (1, "Maëlle", "maelle@exemple.fr", "06 12 34 56 78"),
        (2, "Yann", "", ""),
    ]
    enfants = famille.enfants.order_by("prenom")
    assert [(e.prenom, e.sexe, e.niveau, e.ecole.nom) for e in enfants] == [
        ("Lila", "f", "gs", "Groupe scolaire Alain Boutle"),
        ("Noé", "m", "ce1", "Groupe scolaire Alain Boutle"),
    ]
    assert (famille.quotients.get().valeur, famille.nom_recherche) == (812, "le gall")
    assert Enfant.objects.filter(nom_recherche="le gall noe").exists()


def test_nothing_is_written_unless_confirmed(admin):
    avant = compte()
    importation = verifier(recevoir(en_csv(lignes()), admin))
    assert compte() == avant
    assert importation.etat == EtatImportation.VERIFIEE
    assert rapport.bilan(importation).creees == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Importation.objects.filter(pk=importation.pk).update(etat=EtatImportation.ECRITURE)


def test_no_login_is_opened_and_no_mail_leaves(admin):
    connexions = Utilisateur.objects.count()
    importer(lignes(), admin)
    assert (Utilisateur.objects.count(), Courriel.objects.count()) == (connexions, 0)


def test_a_replay_changes_nothing_at_all(admin):
    importer(lignes({}, {"N° famille": "7", "Id enfant": "E9", "Responsable 1 mail": "b@exemple.fr"}), admin)
    avant, tables = compte(), {m: list(m.objects.values()) for m in (Famille, Responsable, Enfant)}
    importation = verifier(
        recevoir(
            en_csv(lignes({}, {"N° famille": "7", "Id enfant": "E9", "Responsable 1 mail": "b@exemple.fr"})), admin
        )
    )
    assert rapport.bilan(importation) == rapport.Bilan(0, 0, 2, 0, 0)
    assert importation.etat == EtatImportation.SANS_EFFET
    confirmer(importation, admin)
    assert compte() == avant
    assert {m: list(m.objects.values()) for m in tables} == tables


def test_a_replay_writes_what_changed_in_the_file_and_leaves_what_the_family_corrected(admin):
    importer(lignes(), admin)
    Famille.objects.update(adresse="9 quai neuf, dit la famille")
    importer(lignes({"Ville": "Le Croisic", "Responsable 2 prénom": "Yann"}), admin)
    famille = Famille.objects.get()
    assert (famille.adresse, famille.ville) == ("9 quai neuf, dit la famille", "Le Croisic")
    trace = Trace.objects.filter(geste="famille.importee").first()
    assert (trace.avant, trace.apres) == ({"ville": "Batz-sur-Mer"}, {"ville": "Le Croisic"})


def test_an_empty_cell_erases_nothing(admin):
    importer(lignes(), admin)
    importer(lignes({"Adresse": "", "Responsable 1 mail": ""}), admin)
    assert Famille.objects.get().adresse == "3 rue du Port"
    assert Responsable.objects.get(prenom="Maëlle").email == "maelle@exemple.fr"


def test_a_later_quotient_closes_the_one_before_and_an_earlier_one_is_left(admin):
    importer(lignes(), admin)
    importer(lignes({"QF": "900", "Date QF": "01/09/2026"}), admin)
    importation = importer(lignes({"QF": "700", "Date QF": "01/01/2025"}), admin)
    assert [(q.valeur, str(q.du), str(q.au)) for q in QuotientFamilial.objects.order_by("du")] == [
        (812, "2026-01-01", "2026-08-31"),
        (900, "2026-09-01", "None"),
    ]
    assert "gardé" in problemes(importation)[0][2]


def test_a_child_of_two_households_is_one_child_and_an_adult_of_two_is_in_each(admin):
    autre = {"N° famille": "1043", "Nom famille": "MORIN", "Responsable 1 nom": "MORIN", "Responsable 1 prénom": "Éric"}
    autre |= {"Responsable 1 mail": "eric@exemple.fr", "Responsable 2 nom": "", "Responsable 2 prénom": ""}
    for _ in range(2):
        importer(lignes({}, autre), admin)
    enfant = Enfant.objects.get()
    assert {lien.famille.nom for lien in enfant.rattachements.all()} == {"LE GALL", "MORIN"}
    assert (Famille.objects.count(), Responsable.objects.count()) == (2, 3)


def test_a_file_of_adults_alone_gathers_a_household_from_its_lines(admin):
    seul = {"Id enfant": "", "Nom enfant": "", "Prénom enfant": "", "Sexe": "", "Date de naissance enfant": ""}
    seul |= {"École": "", "Niveau": "", "Responsable 2 nom": "", "Responsable 2 prénom": ""}
    autre = {"Responsable 1 prénom": "Yann", "Responsable 1 civilité": "M.", "Responsable 1 mail": "y@exemple.fr"}
    importer(lignes(seul, seul | autre), admin)
    assert [a.prenom for a in Famille.objects.get().responsables.order_by("rang")] == ["Maëlle", "Yann"]


FAUTES = [
    ({"N° famille": ""}, "Référence de la famille", "manque"),
    ({"CP": "99999"}, "Code postal", "cinq chiffres"),
    ({"Téléphone": "12"}, "Téléphone du domicile", "n’existe pas"),
    ({"QF": "beaucoup"}, "Quotient familial", "quotient"),
    ({"Date QF": ""}, "Quotient à partir du", "date de début"),
    ({"Responsable 1 civilité": "Docteur"}, "Adulte 1, civilité", "Madame"),
    ({"Responsable 1 mail": "maelle@"}, "Adulte 1, adresse électronique", "adresse électronique"),
    ({"Responsable 2 nom": ""}, "Adulte 2, nom", "vide"),
    ({"Date de naissance enfant": "31/02/2018"}, "Enfant, date de naissance", "15/02/2018"),
    ({"Date de naissance enfant": "02/03/18"}, "Enfant, date de naissance", "15/02/2018"),
    ({"Date de naissance enfant": "02/03/1918"}, "Enfant, date de naissance", "Vérifiez l’année"),
    ({"Date de naissance enfant": "02/03/2099"}, "Enfant, date de naissance", "Vérifiez l’année"),
    ({"Prénom enfant": ""}, "Enfant, prénom", "vide"),
    ({"Nom famille": '=HYPERLINK("http://x")'}, "Nom de la famille", "formule"),
    ({"Nom famille": "N" * 81}, "Nom de la famille", "80 caractères"),
]


@pytest.mark.parametrize(("difference", "colonne", "mot"), FAUTES, ids=lambda f: str(f)[:40])
def test_each_problem_is_named_by_its_line_and_column_and_the_line_is_not_written(admin, difference, colonne, mot):
    juste = {"N° famille": "7", "Id enfant": "E9", "Responsable 1 mail": "b@exemple.fr", "Nom famille": "JUSTE"}
    importation = verifier(recevoir(en_csv(lignes(difference, juste)), admin))
    # One fault, one sentence.
    [(ligne, sa_colonne, phrase)] = problemes(importation)
    assert (ligne, sa_colonne) == (2, colonne)
    assert mot in phrase
    confirmer(importation, admin)
    assert [famille.nom for famille in Famille.objects.all()] == ["JUSTE"]


def test_a_household_is_taken_whole_or_not_at_all(admin):
    importation = verifier(recevoir(en_csv(lignes({}, {"Id enfant": "E8", "Date de naissance enfant": "hier"})), admin))
    assert {ligne.etat for ligne in importation.lignes.all()} == {EtatLigne.REFUSEE}
    assert importation.etat == EtatImportation.SANS_EFFET
    assert "Refusée avec la ligne 3" in problemes(importation)[0][2]
    with pytest.raises(DossierRefuse, match="Aucune ligne"):
        confirmer(importation, admin)


def test_two_lines_that_disagree_are_told_apart(admin):
    importation = verifier(
        recevoir(en_csv(lignes({}, {"Ville": "Guérande", "Id enfant": "E8", "Prénom enfant": "A"})), admin)
    )
    assert (3, "Ville", "Différent de la ligne 2, pour la même famille : laquelle est juste ?") in problemes(
        importation
    )
    autre = {"N° famille": "8", "Responsable 1 mail": "c@exemple.fr", "Sexe": "F"}
    importation = verifier(recevoir(en_csv(lignes({}, autre)), admin))
    assert (3, "Enfant, sexe", "Différent de la ligne 2, pour le même enfant dans un autre foyer.") in problemes(
        importation
    )


def test_a_probable_double_is_refused_unless_it_is_wanted(admin, famille):
    Responsable.objects.update(email="maelle@exemple.fr")
    FabriqueEnfant(famille=famille, nom="LE GALL", prenom="Noé", date_naissance="2018-03-02")
    importation = verifier(recevoir(en_csv(lignes()), admin))
    assert [phrase for _, _, phrase in problemes(importation) if "F00001" in phrase and "Doublon probable" in phrase]
    assert len(problemes(importation)) == 2
    importer(lignes(), admin, accepter_doublons=True)
    assert Famille.objects.count() == 2


def test_an_unknown_school_is_told_and_the_child_taken_without_it_until_the_school_exists(admin):
    importation = importer(lignes({"École": "École du Large"}), admin)
    assert "École inconnue" in problemes(importation)[0][2]
    assert Enfant.objects.get().ecole is None
    FabriqueEcole(nom="École du Large")
    importer(lignes({"École": "ecole du large"}), admin)
    assert Enfant.objects.get().ecole.nom == "École du Large"


def test_a_failure_in_the_middle_loses_its_batch_only_and_the_rest_resumes(admin, monkeypatch):
    monkeypatch.setattr(gestes, "FOYERS_PAR_LOT", 2)
    foyers = [
        {"N° famille": f"{n}", "Id enfant": f"E{n}", "Responsable 1 mail": f"p{n}@exemple.fr"} for n in range(1, 6)
    ]
    importation = verifier(recevoir(en_csv(lignes(*foyers)), admin))
    gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())
    assert gestes.avancer(importation_id=importation.pk, maintenant=timezone.now())
    vrai = ecriture.Ecrivain._enregistrer

    def casser(self):
        vrai(self)
        raise OSError("la machine s’arrête")

    monkeypatch.setattr(ecriture.Ecrivain, "_enregistrer", casser)
    with pytest.raises(OSError, match="machine"), transaction.atomic():
        gestes.avancer(importation_id=importation.pk, maintenant=timezone.now())
    assert Famille.objects.count() == 2
    monkeypatch.setattr(ecriture.Ecrivain, "_enregistrer", vrai)
    avancer(importation)
    assert (importation.etat, importation.traitees, Famille.objects.count()) == (EtatImportation.TERMINEE, 5, 5)
    assert [f.code for f in Famille.objects.order_by("code")] == [f"F{n:05d}" for n in range(1, 6)]


def test_an_import_is_interrupted_and_resumed(admin, monkeypatch):
    monkeypatch.setattr(gestes, "FOYERS_PAR_LOT", 1)
    foyers = [{"N° famille": f"{n}", "Id enfant": f"E{n}", "Responsable 1 mail": f"p{n}@exemple.fr"} for n in (1, 2)]
    importation = verifier(recevoir(en_csv(lignes(*foyers)), admin))
    gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())
    gestes.avancer(importation_id=importation.pk, maintenant=timezone.now())
    gestes.interrompre(importation=importation, auteur=admin, maintenant=timezone.now())
    assert not gestes.avancer(importation_id=importation.pk, maintenant=timezone.now())
    assert Famille.objects.count() == 1
    importation.refresh_from_db()
    assert rapport.bilan(importation).creees == 1
    gestes.reprendre(importation=importation, auteur=admin, maintenant=timezone.now())
    avancer(importation)
    assert Famille.objects.count() == 2


def test_the_lines_that_were_refused_are_done_so_that_the_progress_reaches_its_end(admin):
    autre = {"N° famille": "2", "Id enfant": "E2", "Responsable 1 mail": "pas une adresse"}
    importation = verifier(recevoir(en_csv(lignes({}, autre)), admin))
    gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())
    importation.refresh_from_db()
    assert importation.traitees == 1
    avancer(importation)
    assert importation.traitees == importation.nombre_lignes == 2


def test_a_second_press_on_confirm_finds_it_launched(admin):
    importation = verifier(recevoir(en_csv(lignes()), admin))
    gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())
    with pytest.raises(DossierRefuse, match="déjà lancé"):
        gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_and_two_workers_at_once_write_once():
    admin = FabriqueUtilisateur(agent=True)
    importation = verifier(recevoir(en_csv(lignes({"École": ""})), admin))
    barriere, confirmees = threading.Barrier(4), []

    def presser():
        barriere.wait()
        try:
            gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())
            confirmees.append(1)
        except DossierRefuse:
            pass
        while gestes.avancer(importation_id=importation.pk, maintenant=timezone.now()):
            pass
        connection.close()

    fils = [threading.Thread(target=presser) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    close_old_connections()
    avancer(importation)
    assert (len(confirmees), Famille.objects.count(), Enfant.objects.count()) == (1, 1, 1)


def test_the_number_of_queries_does_not_depend_on_the_size_of_a_batch(admin, django_assert_max_num_queries):
    foyers = [
        {"N° famille": f"{n}", "Id enfant": f"E{n}", "Responsable 1 mail": f"p{n}@exemple.fr"} for n in range(120)
    ]
    importation = verifier(recevoir(en_csv(lignes(*foyers)), admin))
    gestes.confirmer(importation=importation, auteur=admin, maintenant=timezone.now())
    with django_assert_max_num_queries(40):
        gestes.avancer(importation_id=importation.pk, maintenant=timezone.now())
    assert Famille.objects.count() == 120


NOMS = st.text("abÉ -’z", min_size=1, max_size=8).filter(
    lambda nom: nom.strip(" -’") and not nom.strip().startswith("-")
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(foyers=st.lists(st.tuples(NOMS, NOMS, st.integers(0, 3)), min_size=1, max_size=4))
def test_whatever_the_households_a_second_import_changes_nothing(admin, foyers):
    """Property: import, then import again, is import."""
    rangees = [
        {
            "N° famille": f"{rang}", "Nom famille": nom, "Responsable 1 nom": nom, "Responsable 1 prénom": prenom,
            "Responsable 1 mail": f"p{rang}@exemple.fr", "Id enfant": f"E{rang}-{enfant}", "Prénom enfant": prenom,
        }
        for rang, (nom, prenom, enfants) in enumerate(foyers)
        for enfant in range(enfants + 1)
    ]  # fmt: skip
    with transaction.atomic():
        importer(lignes(*rangees), admin)
        avant = [list(m.objects.values()) for m in (Famille, Responsable, Enfant, Rattachement, ReferenceExterne)]
        assert avant[0]
        importer(lignes(*rangees), admin)
        assert [
            list(m.objects.values()) for m in (Famille, Responsable, Enfant, Rattachement, ReferenceExterne)
        ] == avant
        transaction.set_rollback(True)


def test_the_lines_of_an_old_file_are_purged_and_the_keys_stay(admin):
    importation = importer(lignes(), admin)
    assert gestes.purger(maintenant=timezone.now()) == 0
    assert gestes.purger(maintenant=timezone.now() + gestes.DUREE * 2) == 1
    assert not LigneImportation.objects.filter(importation=importation).exists()
    assert ReferenceExterne.objects.count() == 4


def test_a_household_that_is_erased_leaves_no_line_of_the_file_behind(admin):
    importer(lignes(), admin)
    famille = Famille.objects.get()
    effacement.effacer(famille=famille, motif="Demande", auteur=admin, maintenant=timezone.now())
    assert not LigneImportation.objects.exists()
    assert not ReferenceExterne.objects.exists()
    assert not Enfant.objects.exists()


def test_the_mapping_is_remembered_for_the_same_product_and_titles(admin):
    premiere = recevoir(en_csv(lignes()), admin)
    verifier(premiere, {"famille.reference": 0, "adulte1.nom": 9, "adulte1.prenom": 10})
    seconde = recevoir(en_csv(lignes()), admin)
    assert gestes.colonnes_deja_choisies(seconde) == {"famille.reference": 0, "adulte1.nom": 9, "adulte1.prenom": 10}
    assert gestes.colonnes_deja_choisies(recevoir(en_csv(lignes()), admin, source="autre")) is None


def test_a_dry_run_leaves_every_other_table_as_it_was(admin):
    importation = recevoir(en_csv(lignes()), admin)
    avant = empreinte()
    with transaction.atomic():
        verifier(importation)
        Importation.objects.filter(pk=importation.pk).update(etat="chargee", colonnes={}, traitees=0)
        LigneImportation.objects.update(groupe="", etat="a_verifier", effet="", problemes=[])
        assert empreinte() == avant
