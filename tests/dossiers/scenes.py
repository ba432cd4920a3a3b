"""A household with one of everything, a twin that shares a child with it, and how its accounts are settled."""

import datetime
import hashlib

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from documents.models import Document
from enfants.models import Autorisation, FicheSanitaire, Rattachement, Scolarite, TypeAutorisation, Vaccin, Vaccination
from facturation.actions import paiement as paiements
from facturation.enums import ModePaiement
from facturation.models import Facture, Paiement
from familles.actions import quotient
from familles.enums import EtatModification
from familles.models import CampagneCertification, Certification, Modification
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier, PieceDossier
from portail.commun.courriels import deposer_rendu
from portail.commun.traces import tracer
from reservations import actions
from reservations.enums import EtatPresence
from reservations.models import EtapePresence, Presence
from tests.contenu.fabriques import FabriqueEchange
from tests.documents.fabriques import ranger
from tests.fabriques import FabriqueEnfant
from tests.facturation import scenes
from tests.portail.jumelles import foyer

AUJOURDHUI = datetime.date(2018, 1, 10)


def dossier_complet(nom, offre, tmp_path=None):
    """Add to the twin of ``jumelles`` what it lacks: health, answers, quotient, changes, mails, traces, journal."""
    f = foyer(nom, offre)
    canari, maintenant = f.canari, offre.maintenant
    f.responsable.telephone_mobile, f.responsable.profession = "06 12 34 56 78", canari
    f.responsable.save()
    fiche = FicheSanitaire.objects.create(enfant=f.enfant, allergies=f"arachide {canari}", valable_jusqu_au=AUJOURDHUI)
    Vaccination.objects.create(fiche=fiche, vaccin=Vaccin.objects.first(), effectue=True)
    Scolarite.objects.create(enfant=f.enfant, annee=2017)
    Autorisation.objects.create(
        enfant=f.enfant,
        famille=f.famille,
        type=TypeAutorisation.objects.first(),
        accord=True,
        le=maintenant,
        auteur=f.login,
    )
    quotient.enregistrer(
        famille=f.famille, valeur=812, du=AUJOURDHUI, source="caf", auteur=offre.regisseur, maintenant=maintenant
    )
    Modification.objects.create(
        famille=f.famille,
        champ="famille.adresse",
        libelle="Adresse",
        objet_cle=f.famille.cle,
        objet_libelle=canari,
        avant=canari,
        apres=canari,
        etat=EtatModification.APPLIQUEE,
        auteur=f.login,
        le=maintenant,
    )
    campagne, _ = CampagneCertification.objects.get_or_create(libelle="Rentrée", du=AUJOURDHUI, au=AUJOURDHUI)
    Certification.objects.create(campagne=campagne, famille=f.famille, le=maintenant, auteur=f.login)
    actions.creer_lien_agenda(famille=f.famille, auteur=f.login, maintenant=maintenant)
    for famille_cle in (f.famille.cle, None):
        deposer_rendu(
            nom="essai",
            destinataire=f.login.email,
            maintenant=maintenant,
            sujet=canari,
            texte=canari,
            html=canari,
            famille_cle=famille_cle,
        )
    tracer(
        geste="famille.essai",
        objet="enfant",
        objet_cle=f.enfant.cle,
        libelle=canari,
        avant={"nom": canari},
        apres={"nom": canari},
        motif=canari,
        auteur=f.login,
        maintenant=maintenant,
    )
    inscription(f)
    FabriqueEchange(auteur=None, courriel=f.responsable.email, sujet=canari, nom=canari)
    LogEntry.objects.create(
        user=offre.regisseur,
        content_type=ContentType.objects.get_for_model(f.enfant),
        object_id=str(f.enfant.pk),
        object_repr=str(f.enfant),
        action_flag=CHANGE,
        change_message=canari,
    )
    if tmp_path is not None:
        f.document = ranger(f.document, tmp_path)
    return f


def inscription(f):
    """The registration that became this household, with its pieces."""
    canari, maintenant = f.canari, f.offre.maintenant
    demande = DossierInscription.objects.create(
        courriel=f.login.email,
        nom=canari,
        famille=f.famille,
        etat="accepte",
        cree_le=maintenant,
        modifie_le=maintenant,
        envoye_le=maintenant,
        traite_le=maintenant,
    )
    AdulteDossier.objects.create(dossier=demande, nom=canari, prenom=canari)
    EnfantDossier.objects.create(dossier=demande, nom=canari, prenom=canari, date_naissance=AUJOURDHUI)
    numero = hashlib.sha256(canari.encode()).hexdigest()[:32]
    PieceDossier.objects.create(
        dossier=demande,
        type=f.offre.type_document,
        nom=canari,
        fichier=f"{numero[:2]}/{numero}",
        empreinte="0" * 64,
        octets=10,
        format="jpeg",
        envoyee_le=maintenant,
    )


def partager(f, g):
    """Give a child to two households, with what each one wrote about it."""
    enfant = FabriqueEnfant(famille=f.famille, nom=f"PARTAGE {g.canari}", prenom=f"Zoé {g.canari}")
    Rattachement.objects.create(enfant=enfant, famille=g.famille, payeur=f.famille)
    FicheSanitaire.objects.create(enfant=enfant, allergies=f"lait {g.canari}", valable_jusqu_au=AUJOURDHUI)
    return enfant


def solder(f):
    """Cancel the days to come, pay the invoices: what the service does before an erasure."""
    for presence in Presence.objects.filter(reservation__famille=f.famille).select_related("creneau"):
        if presence.creneau.jour >= timezone.localdate():
            Presence.objects.filter(pk=presence.pk).update(etat=EtatPresence.ANNULEE, motif=f.canari)
            EtapePresence.objects.create(
                presence=presence, apres=EtatPresence.ANNULEE, le=f.offre.maintenant, motif=f.canari
            )
    scenes.notifier(f.tentative, maintenant=f.offre.maintenant)
    for paiement in Paiement.objects.filter(famille=f.famille, etat="en_attente"):
        paiements.valider(paiement=paiement, auteur=f.offre.regisseur, maintenant=f.offre.maintenant)
    for facture in Facture.objects.filter(famille=f.famille):
        if facture.reste_a_payer:
            paiements.saisir(
                regie=facture.regie,
                famille=f.famille,
                montant=facture.reste_a_payer,
                mode=ModePaiement.ESPECES,
                reference="",
                recu_le=f.offre.maintenant,
                encaisse=True,
                auteur=f.offre.regisseur,
                maintenant=f.offre.maintenant,
            )


def fichiers_des_documents(famille):
    return list(Document.objects.filter(famille=famille).values_list("fichier", flat=True))
