"""What the past of the régie must satisfy."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import Count, F, Q, Sum

from facturation.actions import campagne as campagnes
from facturation.enums import ETATS_FACTURABLES, EtatAffiche, EtatPaiement, ModePaiement, Serie
from facturation.fournisseurs.tipi import Tipi
from facturation.models import (
    Affectation,
    Campagne,
    Compteur,
    Facture,
    LigneFacture,
    NotificationRecue,
    Paiement,
    PresenceFacturee,
    Regie,
)
from familles.models import Utilisateur
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel, Trace
from reservations.models import Presence
from tests.demonstration.conftest import JOUR
from tests.fabriques import instant

pytestmark = [pytest.mark.usefixtures("ville"), pytest.mark.django_db]


def du_tutoriel():
    return Facture.objects.filter(famille__nom="AABELIUM").order_by("numero")


def test_numbers_of_invoices_and_receipts_are_unbroken_up_to_the_counter():
    for modele, serie in ((Facture, Serie.FACTURE), (Paiement, Serie.QUITTANCE)):
        numeros = list(modele.objects.exclude(numero=None).order_by("numero").values_list("numero", flat=True))
        assert numeros == list(range(1, len(numeros) + 1))
        assert Compteur.objects.get(serie=serie).valeur == len(numeros) > 0


def test_numbers_follow_the_dates():
    dates = list(Facture.objects.order_by("numero").values_list("date_emission", flat=True))
    assert dates == sorted(dates)
    assert dates[-1] < JOUR


def test_lines_add_up_to_their_invoice():
    ecarts = Facture.objects.annotate(total=Sum("lignes__montant")).exclude(total=F("montant"))
    assert not ecarts.exists()


def test_each_line_bills_the_days_that_it_names_once():
    lignes = LigneFacture.objects.annotate(reclamees=Count("presences"))
    assert all(ligne.reclamees == ligne.quantite == len(ligne.jours) for ligne in lignes)


def test_every_billable_day_of_a_billed_month_is_billed_and_no_other():
    fin = Campagne.objects.latest("au").au
    debut = Campagne.objects.earliest("du").du
    dus = Presence.objects.filter(creneau__jour__range=(debut, fin), etat__in=ETATS_FACTURABLES)
    assert set(PresenceFacturee.objects.values_list("presence", flat=True)) == set(dus.values_list("pk", flat=True))


def test_what_is_settled_is_what_was_allotted():
    valide = Sum("affectations__montant", filter=Q(affectations__paiement__etat=EtatPaiement.VALIDE), default=0)
    attente = Sum("affectations__montant", filter=Q(affectations__paiement__etat=EtatPaiement.EN_ATTENTE), default=0)
    factures = Facture.objects.annotate(valide=valide, attente=attente)
    assert not factures.exclude(valide=F("montant_regle"), attente=F("montant_en_attente")).exists()
    assert Affectation.objects.exists()


def test_the_household_of_the_tutorial_owes_its_two_invoices_and_paid_the_others():
    etats = [(facture.montant, facture.etat_affiche) for facture in du_tutoriel()]
    assert etats[-2:] == [(Decimal("4.40"), EtatAffiche.NON_SOLDEE), (Decimal("1.75"), EtatAffiche.NON_SOLDEE)]
    assert etats[:-2]
    assert set(etats[:-2]) == {(Decimal("5.25"), EtatAffiche.SOLDEE)}


@pytest.mark.usefixtures("sans_suite")
def test_the_next_run_bills_the_tutorial_s_three_mornings():
    campagne = campagnes.creer(
        regie=Regie.objects.get(),
        libelle="Novembre 2026",
        du=datetime.date(2026, 11, 1),
        au=datetime.date(2026, 11, 30),
        auteur=Utilisateur.objects.get(email="regisseur@exemple.fr"),
        maintenant=instant(2026, 11, 24, 9),
    )
    ligne = LigneFacture.objects.get(facture__campagne=campagne, facture__famille__nom="AABELIUM")
    assert (ligne.quantite, ligne.tarif, ligne.montant) == (3, Decimal("1.75"), Decimal("5.25"))


def test_messages_of_the_bank_are_what_the_product_would_have_accepted():
    for notification in NotificationRecue.objects.select_related("tentative"):
        reponse = Tipi().interpreter(notification.tentative, Tipi().lire(notification.corps))
        assert (reponse.etat, reponse.ecarts) == (notification.tentative.etat, ())
        assert notification.tentative.paiement.montant == notification.tentative.montant
    assert NotificationRecue.objects.count() == Paiement.objects.filter(mode=ModePaiement.TIPI).count() > 0


def test_each_invoice_left_a_trace():
    assert Trace.objects.filter(geste="facture.emise").count() == Facture.objects.count()


def test_the_family_of_the_tutorial_received_its_invoices_and_receipts_by_mail():
    lettres = Courriel.objects.filter(famille_cle=du_tutoriel()[0].famille.cle).order_by("pk")
    assert set(lettres.values_list("etat", flat=True)) == {EtatCourriel.ENVOYE}
    emises = du_tutoriel().exclude(date_emission=None)
    annonces = lettres.filter(nom="facture_emise")
    assert annonces.count() == emises.count() > 0
    assert all(any(str(facture.cle) in lettre.texte for lettre in annonces) for facture in emises)
    payes = Paiement.objects.filter(famille__nom="AABELIUM", etat=EtatPaiement.VALIDE)
    assert lettres.filter(nom="paiement_valide").count() == payes.count() > 0
    dates = list(lettres.values_list("envoye_le", flat=True))
    assert dates == sorted(dates)
