"""What the beat runs, and when, Paris time; each task can run twice."""

from typing import Any

from celery.schedules import crontab

TACHES_PERIODIQUES: dict[str, dict[str, Any]] = {
    "envoyer les courriels dus": {"task": "portail.commun.tasks.envoyer_courriels_dus", "schedule": 30.0},
    "tenir les listes d'attente": {"task": "reservations.tasks.tenir_les_listes_d_attente", "schedule": 60.0},
    "clore les listes d'attente du jour": {
        "task": "reservations.tasks.clore_les_listes_du_jour",
        "schedule": crontab(hour="6", minute="10"),
    },
    "reprendre les attributions de places": {
        "task": "reservations.tasks.reprendre_les_attributions",
        "schedule": 60.0,
    },
    "reprendre les émissions de factures": {"task": "facturation.tasks.reprendre_les_emissions", "schedule": 60.0},
    "rappeler les pièces qui expirent": {
        "task": "documents.tasks.rappeler_les_expirations",
        "schedule": crontab(hour="7", minute="30"),
    },
    "retirer les fichiers sans document": {
        "task": "documents.tasks.retirer_les_fichiers_orphelins",
        "schedule": crontab(minute="*/5"),
    },
    "accorder le coffre et les documents": {
        "task": "documents.tasks.reconcilier_les_documents",
        "schedule": crontab(minute="17"),
    },
    "préparer les PDF manquants": {"task": "facturation.tasks.preparer_pdf_manquants", "schedule": 300.0},
    "clore les paiements sans réponse": {"task": "facturation.tasks.expirer_tentatives", "schedule": 300.0},
    "effacer les anciens messages reçus": {
        "task": "contenu.tasks.purger_les_echanges",
        "schedule": crontab(hour="3", minute="40"),
    },
    "reprendre les imports de familles": {"task": "dossiers.tasks.reprendre_les_importations", "schedule": 60.0},
    "effacer les données de santé périmées": {
        "task": "enfants.tasks.purger_donnees_de_sante",
        "schedule": crontab(hour="3", minute="20"),
    },
    "effacer les demandes d’inscription périmées": {
        "task": "inscriptions.tasks.effacer_les_dossiers_perimes",
        "schedule": crontab(hour="3", minute="40"),
    },
}
