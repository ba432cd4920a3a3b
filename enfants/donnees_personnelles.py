"""What becomes of children and of their links when a household is exported or erased.

A child of another household too is outside of the erasure: only what this household wrote about it goes.
"""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import TruncYear

from portail.commun.donnees import Politique, Sort, hors_foyer

SANTE = "Données de santé de l’enfant."

POLITIQUES = [
    Politique(
        "enfants.PeriodeDeGarde",
        Sort.EFFACER,
        "Dates de garde convenues dans ce foyer.",
        lambda p: Q(rattachement__famille=p.famille),
        exporte=("rattachement.enfant.prenom", "du", "au"),
        tus=("rattachement",),
    ),
    Politique(
        "enfants.Rattachement",
        Sort.DETACHER,
        "Les factures d’un autre foyer n’iront plus à celui-ci : chacun paie les jours dont il a la garde.",
        lambda p: Q(payeur=p.famille) & ~Q(famille=p.famille),
        blancs={"payeur": None},
    ),
    Politique(
        "enfants.Rattachement",
        Sort.EFFACER,
        "Lien de l’enfant avec ce foyer ; l’enfant d’un autre foyer y reste.",
        lambda p: Q(famille=p.famille),
        exporte=("enfant.prenom", "garde", "vacances", "du", "au"),
        tus=("famille", "payeur"),
    ),
    Politique(
        "enfants.PersonneAutorisee",
        Sort.EFFACER,
        "Personnes que ce foyer a nommées.",
        lambda p: Q(famille=p.famille),
        exporte=("enfant.prenom", "nom", "prenom", "lien", "telephone", "peut_chercher", "urgence", "cree_le"),
        tus=("famille",),
    ),
    Politique(
        "enfants.Autorisation",
        Sort.EFFACER,
        "Accords donnés par ce foyer.",
        lambda p: Q(famille=p.famille),
        exporte=("enfant.prenom", "type.libelle", "accord", "le", "valable_jusqu_au"),
        tus=("famille", "auteur"),
    ),
    Politique(
        "enfants.Vaccination",
        Sort.EFFACER,
        SANTE,
        lambda p: Q(fiche__enfant__in=p.enfants_sante),
        exporte=("fiche.enfant.prenom", "vaccin.nom", "effectue", "derniere_le", "contre_indication"),
        tus=("fiche", "vaccin"),
        sante=True,
    ),
    Politique(
        "enfants.FicheSanitaire",
        Sort.EFFACER,
        SANTE,
        lambda p: Q(enfant__in=p.enfants_sante),
        exporte=(
            "enfant.prenom",
            "allergies",
            "antecedents",
            "traitements",
            "recommandations",
            "medecin_nom",
            "medecin_telephone",
            "pai",
            "pai_consigne",
            "pai_jusqu_au",
            "admis_le",
            "valable_jusqu_au",
            "modifie_le",
        ),
        tus=("version",),
        sante=True,
    ),
    Politique(
        "enfants.Scolarite",
        Sort.EFFACER,
        "Classes des années passées.",
        lambda p: Q(enfant__in=p.enfants),
        exporte=("enfant.prenom", "annee", "ecole.nom", "classe.nom", "niveau"),
    ),
    Politique(
        "enfants.LectureSante",
        Sort.CONSERVER,
        "Preuve de qui a lu des données de santé ; elle ne dit aucun nom d’enfant.",
        lambda p: Q(enfant_cle__in=p.cles),
        service=("le", "page"),
        tus=("utilisateur", "enfant_cle"),
    ),
    Politique(
        "enfants.Enfant",
        Sort.ANONYMISER,
        "Un enfant d’un autre foyer reste intact. Sinon il ne garde que son année de naissance, et seulement si des "
        "jours ou des factures conservés s’y rapportent.",
        lambda p: Q(pk__in=p.enfants),
        exporte=(
            "nom",
            "prenom",
            "sexe",
            "date_naissance",
            "lieu_naissance",
            "departement_naissance",
            "ecole.nom",
            "niveau",
            "classe.nom",
            "menu.nom",
            "cree_le",
        ),
        tus=("maintenu",),
        blancs={
            "nom": "ENFANT",
            "prenom": "effacé",
            "nom_recherche": "enfant efface",
            "sexe": "",
            "date_naissance": TruncYear(F("date_naissance")),
            "lieu_naissance": "",
            "departement_naissance": "",
            "ecole": None,
            "niveau": "",
            "classe": None,
            "maintenu": False,
            "menu": None,
        },
        si_libre=True,
    ),
    hors_foyer("enfants.PassageAnnee", "Son auteur est un agent."),
]
