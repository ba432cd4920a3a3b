"""What becomes of the accounting when a household is exported or erased: it is kept, and the reason is said."""

from __future__ import annotations

from django.db.models import Q

from portail.commun.donnees import Politique, Sort, hors_foyer

COMPTABILITE = "Pièce comptable : conservée dix ans, avec le débiteur tel qu’il y est écrit."
EN_LIGNE = "Preuve d’un paiement en ligne : conservée dix ans avec la comptabilité."

POLITIQUES = [
    Politique(
        "facturation.NotificationRecue",
        Sort.CONSERVER,
        EN_LIGNE,
        lambda p: Q(tentative__famille=p.famille),
        tus=("tentative", "recue_le", "adresse_ip", "corps", "verdict", "ecarts"),
    ),
    Politique(
        "facturation.PartTentative",
        Sort.CONSERVER,
        EN_LIGNE,
        lambda p: Q(tentative__famille=p.famille),
        tus=("tentative", "facture", "montant", "ouverte"),
    ),
    Politique(
        "facturation.Affectation",
        Sort.CONSERVER,
        COMPTABILITE,
        lambda p: Q(paiement__famille=p.famille),
        exporte=("facture.numero", "paiement.numero", "montant"),
    ),
    Politique(
        "facturation.Paiement",
        Sort.CONSERVER,
        COMPTABILITE,
        lambda p: Q(famille=p.famille),
        exporte=("recu_le", "regie.nom", "mode", "montant", "etat", "numero", "reference", "valide_le", "annule_le"),
        tus=("famille", "tentative", "valide_par", "motif_annulation"),
    ),
    Politique(
        "facturation.TentativePaiement",
        Sort.DETACHER,
        f"{EN_LIGNE} L’adresse électronique du payeur part.",
        lambda p: Q(famille=p.famille),
        exporte=("cree_le", "regie.nom", "montant", "courriel", "etat", "refdet", "numero_autorisation"),
        tus=(
            "famille",
            "auteur",
            "jeton",
            "objet",
            "numcli",
            "exercice",
            "saisie",
            "resultat",
            "terminee_le",
        ),
        blancs={"courriel": ""},
    ),
    Politique(
        "facturation.PdfFacture",
        Sort.CONSERVER,
        COMPTABILITE,
        lambda p: Q(facture__famille=p.famille),
        tus=("facture", "contenu", "sha256", "cree_le"),
    ),
    Politique(
        "facturation.PresenceFacturee",
        Sort.CONSERVER,
        COMPTABILITE,
        lambda p: Q(ligne__facture__famille=p.famille),
        tus=("presence", "ligne"),
    ),
    Politique(
        "facturation.LigneFacture",
        Sort.CONSERVER,
        COMPTABILITE,
        lambda p: Q(facture__famille=p.famille),
        exporte=("facture.numero", "enfant_nom", "accueil", "designation", "jours", "quantite", "tarif", "montant"),
        tus=("ordre", "enfant", "etablissement", "periode", "explication"),
    ),
    Politique(
        "facturation.Facture",
        Sort.CONSERVER,
        COMPTABILITE,
        lambda p: Q(famille=p.famille),
        exporte=(
            "numero",
            "regie.nom",
            "date_emission",
            "du",
            "au",
            "debiteur_nom",
            "debiteur_adresse",
            "montant",
            "montant_regle",
            "etat",
            "date_limite_paiement",
        ),
        tus=("campagne", "famille", "debiteur_code", "montant_en_attente", "cree_le"),
    ),
    hors_foyer("facturation.Campagne", "Son auteur est un agent."),
    hors_foyer("facturation.Regie", "Coordonnées de la régie."),
]
