"""Two households of the same shape, each with one of everything, and what each address is asked with.

``RECETTES`` holds one recipe for each address of the families that carries a parameter; ``SANS_FOYER`` says why the
other ones name no household. A new address is added to one of them, or the test of coverage fails.
"""

import datetime
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.utils import timezone

from documents.models import TypeDocument
from enfants.models import PersonneAutorisee
from familles.models import Famille
from reservations import actions
from reservations.brouillons import code_creneau
from reservations.models import Creneau, Reglement, VersionReglement
from tests.contenu.fabriques import FabriqueEchange
from tests.documents.fabriques import FabriqueDocument
from tests.droits import TABLES_TECHNIQUES
from tests.fabriques import (
    FabriqueEnfant,
    FabriqueEtablissement,
    FabriqueFamille,
    FabriquePeriode,
    FabriquePrestation,
    FabriqueResponsable,
    FabriqueUtilisateur,
)
from tests.facturation import scenes
from tests.reservations.droits import verifiee
from tests.reservations.gestes import declarer

Cles = Callable[[Any], Mapping[str, Any]]


def offre():
    """Two périodes of this year with three days far ahead, and a régie that bills another établissement."""
    maintenant = timezone.now()
    jour = timezone.localdate(maintenant) + datetime.timedelta(days=60)
    periodes, codes = [], []
    for nom in ("RESTAURANT", "ACCUEIL DU MERCREDI"):
        periode = FabriquePeriode(
            accueil__etablissement=FabriqueEtablissement(nom=nom),
            du=jour - datetime.timedelta(days=30),
            au=jour + datetime.timedelta(days=30),
            validation_jusqu_au=jour,
        )
        prestation = FabriquePrestation(periode=periode)
        periodes.append(periode)
        codes.append([])
        for rang in range(3):
            creneau = Creneau.objects.create(
                prestation=prestation, jour=jour + datetime.timedelta(days=rang), capacite=10
            )
            codes[-1].append(code_creneau(creneau.jour, prestation.cle))
    regie = scenes.regie()
    return SimpleNamespace(
        periode=periodes[0],
        codes=codes[0],
        autre_periode=periodes[1],
        codes_ailleurs=codes[1],
        regie=regie,
        facturee=scenes.prestation(regie),
        facturee_ensuite=scenes.prestation(regie, etablissement="ESPACE JEUNES"),
        version=VersionReglement.objects.create(
            reglement=Reglement.objects.create(nom="Règlement", etablissement=FabriqueEtablissement(nom="PISCINE")),
            numero=1,
            texte="Texte",
            publiee_le=maintenant,
        ),
        type_document=TypeDocument.objects.create(nom="Attestation d’assurance"),
        regisseur=FabriqueUtilisateur(agent=True),
        maintenant=maintenant,
    )


def foyer(nom, offre):
    """A household with a marker in every field that only it may read, and one of every object that has an address."""
    canari = f"CANARI-{nom}-9k2"
    f = SimpleNamespace(nom=nom, canari=canari, offre=offre)
    f.famille = FabriqueFamille(nom=f"FAMILLE {canari}", adresse=f"12 rue {canari}", note_interne=canari)
    f.responsable = FabriqueResponsable(famille=f.famille, nom=canari, prenom=f"Claire {canari}")
    f.login = f.responsable.utilisateur
    f.enfant, f.cadet = (
        FabriqueEnfant(famille=f.famille, nom=canari, prenom=f"{prenom} {canari}", date_naissance=ne)
        for prenom, ne in (("Baptiste", datetime.date(2011, 1, 1)), ("Louise", datetime.date(2014, 5, 2)))
    )
    f.personne = PersonneAutorisee.objects.create(
        enfant=f.enfant, famille=f.famille, nom=canari, prenom="Odile", lien="grand-mère"
    )
    f.document = FabriqueDocument(famille=f.famille, enfant=f.enfant, type=offre.type_document, nom=canari)
    f.echange = FabriqueEchange(auteur=f.login, sujet=canari)
    f.cle_demande = uuid.uuid4()
    f.reservation = actions.ouvrir_reservation(
        famille=f.famille, enfant=f.enfant, periode=offre.periode, maintenant=offre.maintenant
    )
    for rang in (0, 1):
        actions.enregistrer_brouillon(
            reservation=f.reservation, coches=[offre.codes[rang]], depart=[], maintenant=offre.maintenant
        )
        if rang == 0:
            f.demande = actions.envoyer_demande(
                reservation=f.reservation,
                auteur=f.login,
                cle=f.cle_demande,
                maintenant=offre.maintenant,
                envoi=uuid.uuid4(),
            )
            declarer(f.demande.presences.first(), f.login, precision=canari)
    f.facture = scenes.facture_emise(f.famille, offre.facturee, offre.regisseur, f.enfant)
    f.a_payer = scenes.facture_emise(f.famille, offre.facturee_ensuite, offre.regisseur, f.enfant)
    f.tentative = scenes.tentative([f.facture], f.login)
    return f


@dataclass(frozen=True)
class Recette:
    """How an address is asked by its owner: keys of the path, then body of a POST."""

    cles: Cles
    donnees: Cles | None = None


def de(nom: str) -> Cles:
    return lambda f: {"cle": getattr(f, nom).cle}


def jour_de_la_demande(f):
    return {"cle": f.reservation.presences.order_by("pk").first().cle}


def personne(f):
    return {"nom": "LE GALL", "prenom": "Yann", "lien": "voisin", "telephone": "", "peut_chercher": "on"}


def adulte(f):
    return {"cle": f.famille.cle, "responsable_cle": f.responsable.cle}


def remplissage(f):
    periode = f.offre.periode
    return {
        "enfants": [f.enfant.cle, f.cadet.cle],
        "jours": sorted(periode.jours_ouverture),
        "prestations": [une.cle for une in periode.prestations.all()],
        "du": f"{periode.du:%d/%m/%Y}",
        "au": f"{periode.au:%d/%m/%Y}",
        "rythme": "chaque_semaine",
        "geste": "ajout",
    }


def rien(f):
    return {}


DOSSIER_INSCRIPTION = [
    "inscriptions:commencer",
    "inscriptions:dossier",
    "inscriptions:foyer",
    "inscriptions:adultes",
    "inscriptions:adulte_ajouter",
    "inscriptions:adulte",
    "inscriptions:adulte_retirer",
    "inscriptions:enfants",
    "inscriptions:enfant_ajouter",
    "inscriptions:enfant",
    "inscriptions:enfant_retirer",
    "inscriptions:pieces",
    "inscriptions:piece_retirer",
    "inscriptions:verification",
    "inscriptions:envoyer",
    "inscriptions:corriger",
    "inscriptions:abandonner",
]

#: Addresses whose parameter names no household: what protects each of them is said, and tested elsewhere.
SANS_FOYER = {
    "contenu:page": "information pour tous",
    "contenu:actualite": "information pour tous",
    "contenu:telecharger": "information pour tous",
    "contenu:menus_de_la_semaine": "information pour tous",
    "compte_activer": "jeton signé, reçu par courriel",
    "account_confirm_email": "jeton signé, reçu par courriel",
    "compte_retablir": "jeton signé, reçu par courriel",
    "account_reset_password_from_key": "jeton signé, reçu par courriel",
    **dict.fromkeys(DOSSIER_INSCRIPTION, "clé signée, reçue par courriel ; cloison éprouvée dans tests/inscriptions"),
    "mfa_remove_webauthn": "les clés d’accès du compte lui-même, éprouvé dans tests/familles",
    "agenda_ics": "jeton secret du lien d’agenda, que le foyer révoque",
    **dict.fromkeys(
        ("reservations:places", "reservations:accepter_places", "reservations:refuser_places"),
        "jeton signé, reçu par courriel ; cloison éprouvée dans tests/reservations/test_attente.py",
    ),
    "paiement:tipi_notification": "jeton secret de la tentative, écrit par le service de paiement",
}

RECETTES = {
    "compte_session_fermer": Recette(lambda f: {"cle": f"inconnue{f.nom}"}, rien),
    "contenu:echange": Recette(de("echange")),
    "documents:fichier": Recette(de("document")),
    "documents:retirer": Recette(de("document"), rien),
    "enfants:fiche": Recette(de("enfant")),
    "enfants:modifier_identite": Recette(de("enfant"), lambda f: {"lieu_naissance": "Rennes"}),
    "enfants:enregistrer_sante": Recette(de("enfant"), lambda f: {"allergies": "arachide", "version": 0}),
    "enfants:renouveler_sante": Recette(de("enfant"), rien),
    "enfants:enregistrer_vaccinations": Recette(de("enfant"), lambda f: {"version": 0}),
    "enfants:copier_medecin": Recette(de("cadet"), lambda f: {"source": f.enfant.cle}),
    "enfants:ajouter_personne": Recette(de("enfant"), personne),
    "enfants:copier_personnes": Recette(de("cadet"), lambda f: {"source": f.enfant.cle}),
    "enfants:modifier_personne": Recette(lambda f: {"cle": f.enfant.cle, "personne": f.personne.cle}, personne),
    "enfants:retirer_personne": Recette(lambda f: {"cle": f.enfant.cle, "personne": f.personne.cle}, rien),
    "enfants:repondre_aux_autorisations": Recette(de("enfant"), rien),
    "dossiers:telecharger": Recette(de("famille"), rien),
    "facturation:lancer": Recette(
        lambda f: {"adresse": f"{f.offre.regie.cle}.{f.famille.cle}"},
        lambda f: {"factures": [f.a_payer.cle], "courriel": "claire@exemple.fr"},
    ),
    "facturation:detail": Recette(de("facture")),
    "facturation:pdf": Recette(de("facture")),
    "paiement:reprendre": Recette(de("tentative"), rien),
    "paiement:abandonner": Recette(de("tentative"), rien),
    "familles:fiche_de": Recette(de("famille")),
    "familles:enregistrer_famille": Recette(
        de("famille"), lambda f: {"adresse": "1 rue", "code_postal": "44740", "ville": "Batz-sur-Mer"}
    ),
    "familles:certifier": Recette(de("famille"), rien),
    "familles:enregistrer_responsable": Recette(adulte, lambda f: {"nom": "X", "prenom": "Y"}),
    "familles:recopier_adresse": Recette(adulte, lambda f: {"nom": "X", "prenom": "Y"}),
    "reservations:choisir_periode": Recette(lambda f: {"famille_cle": f.famille.cle, "enfant_cle": f.enfant.cle}),
    "reservations:ouvrir_planning": Recette(
        lambda f: {"famille_cle": f.famille.cle, "enfant_cle": f.cadet.cle, "periode_cle": f.offre.autre_periode.cle},
        rien,
    ),
    "reservations:creer_agenda": Recette(lambda f: {"famille_cle": f.famille.cle}, rien),
    "reservations:revoquer_agenda": Recette(lambda f: {"famille_cle": f.famille.cle}, rien),
    "reservations:detail": Recette(de("reservation")),
    "reservations:annee": Recette(de("reservation")),
    "reservations:planning": Recette(de("reservation")),
    "reservations:enregistrer_planning": Recette(
        de("reservation"), lambda f: {"jours": f.offre.codes[1:], "depart": f.offre.codes[1]}
    ),
    "reservations:abandonner_brouillon": Recette(de("reservation"), rien),
    "reservations:verifier": Recette(de("reservation")),
    "reservations:envoyer": Recette(
        de("reservation"), lambda f: {"cle": uuid.uuid4(), "verifiee": verifiee(f.reservation)}
    ),
    "reservations:envoi": Recette(lambda f: {"cle": f.demande.envoi}),
    "reservations:ajouter_un_enfant": Recette(de("reservation"), lambda f: {"enfant": f.cadet.cle}),
    "reservations:annuler_le_geste": Recette(de("reservation"), rien),
    "reservations:remplir": Recette(de("reservation")),
    "reservations:heures": Recette(de("reservation")),
    "reservations:enregistrer_heures": Recette(de("reservation"), rien),
    "reservations:appliquer_remplissage": Recette(de("reservation"), remplissage),
    "reservations:copier": Recette(de("reservation")),
    "reservations:appliquer_copie": Recette(de("reservation"), lambda f: {"vers": [f.cadet.cle]}),
    "reservations:demande": Recette(de("demande")),
    "reservations:reglement": Recette(lambda f: {"famille_cle": f.famille.cle, "cle": f.offre.version.cle}),
    "reservations:accepter_reglement": Recette(
        lambda f: {"famille_cle": f.famille.cle, "cle": f.offre.version.cle}, lambda f: {"lu": "oui"}
    ),
    "reservations:annuler_jour": Recette(jour_de_la_demande, rien),
    "reservations:heures_du_jour": Recette(jour_de_la_demande, rien),
    "reservations:retirer_heures_du_jour": Recette(jour_de_la_demande, rien),
    "reservations:absence": Recette(jour_de_la_demande),
    "reservations:joindre_absence": Recette(jour_de_la_demande, rien),
    "reservations:retirer_absence": Recette(jour_de_la_demande, rien),
    "reservations:retirer_demande": Recette(de("demande"), rien),
}


#: Bodies of the owner where one value is the twin's: (address, field, value, « rien » ou « sans lui »).
#: « rien »: the gesture is refused, no row changes. « sans lui »: it is made, and what was the twin's is left out.
CORPS = [
    ("facturation:lancer", "factures", lambda j: [j.a_payer.cle], "rien"),
    ("facturation:lancer", "factures", lambda j: [j.facture.cle, j.a_payer.cle], "rien"),
    ("facturation:lancer", "famille", lambda j: j.famille.cle, "sans lui"),
    ("enfants:copier_medecin", "source", lambda j: j.enfant.cle, "rien"),
    ("enfants:copier_personnes", "source", lambda j: j.enfant.cle, "rien"),
    ("enfants:ajouter_personne", "enfant", lambda j: j.enfant.pk, "sans lui"),
    ("enfants:modifier_personne", "famille", lambda j: j.famille.pk, "sans lui"),
    ("reservations:appliquer_remplissage", "enfants", lambda j: [j.enfant.cle], "rien"),
    ("reservations:appliquer_copie", "vers", lambda j: [j.enfant.cle], "rien"),
    ("reservations:appliquer_copie", "vers", lambda j: [j.cadet.cle], "rien"),
    ("reservations:enregistrer_planning", "jours", lambda j: j.offre.codes_ailleurs, "sans lui"),
    ("reservations:enregistrer_planning", "depart", lambda j: " ".join(j.offre.codes_ailleurs), "sans lui"),
    ("reservations:enregistrer_planning", "reservation", lambda j: j.reservation.cle, "sans lui"),
    ("reservations:envoyer", "cle", lambda j: j.cle_demande, "sans lui"),
    ("reservations:envoyer", "cle", lambda j: j.demande.cle, "sans lui"),
    ("reservations:envoyer", "verifiee", lambda j: verifiee(j.reservation), "sans lui"),
    ("reservations:ajouter_un_enfant", "enfant", lambda j: j.cadet.cle, "rien"),
    ("reservations:enregistrer_planning", "avec", lambda j: j.cadet.cle, "sans lui"),
    ("reservations:envoyer", "reservation", lambda j: j.reservation.cle, "sans lui"),
    ("familles:enregistrer_responsable", "famille", lambda j: j.famille.pk, "sans lui"),
    ("familles:enregistrer_famille", "cle", lambda j: j.famille.cle, "sans lui"),
]


def lignes():
    """Return every row of every business table, as (table, row)."""
    trouvees = set()
    with connection.cursor() as curseur:
        for table in sorted(set(connection.introspection.table_names(curseur)) - TABLES_TECHNIQUES):
            curseur.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            trouvees |= {(table, ligne) for (ligne,) in curseur.fetchall()}
    return trouvees


def appartient(table, ligne, f):
    """Does a row hang on this household, by its text or by one of its foreign keys?"""
    if f.canari in ligne or any(str(cle) in ligne for cle in (f.famille.cle, f.enfant.cle, f.cadet.cle)):
        return True
    colonnes = json.loads(ligne)
    liens = {
        "famille_id": {f.famille.pk},
        "enfant_id": {f.enfant.pk, f.cadet.pk},
        "reservation_id": {f.reservation.pk},
        "demande_id": {f.demande.pk},
        "facture_id": {f.facture.pk, f.a_payer.pk},
        "tentative_id": {f.tentative.pk},
        "responsable_id": {f.responsable.pk},
        "utilisateur_id": {f.login.pk},
        "document_id": {f.document.pk},
    }
    propres = table == Famille._meta.db_table and colonnes["id"] == f.famille.pk
    return propres or any(colonnes.get(lien) in cles for lien, cles in liens.items())
