"""Every write that means something, by gesture."""

from reservations.actions.absence import (
    declarer_absence,
    joindre_la_piece,
    justifier_absences,
    refuser_absences,
    retirer_absence,
)
from reservations.actions.agenda import creer_lien_agenda, revoquer_lien_agenda
from reservations.actions.annulation import retirer_demande
from reservations.actions.attente import accepter_les_places, decliner_les_places, tenir_les_listes
from reservations.actions.attribution import (
    abandonner_attribution,
    decider_des_lignes,
    preparer_attribution,
    recalculer_attribution,
)
from reservations.actions.au_nom_de import agir_au_nom_de
from reservations.actions.brouillon import (
    abandonner_brouillon,
    abandonner_brouillons,
    appliquer_apercus,
    enregistrer_brouillon,
    enregistrer_brouillons,
    ouvrir_reservation,
)
from reservations.actions.capacite import changer_capacite, placer_dans_la_salle
from reservations.actions.confirmation import appliquer_suivante, clore_attribution, confirmer_attribution
from reservations.actions.creneaux import generer_creneaux, redater
from reservations.actions.envoi import envoyer_demande, envoyer_ensemble
from reservations.actions.fermeture import fermer, fermer_des_jours, rouvrir
from reservations.actions.heures import noter_les_heures
from reservations.actions.heures_envoyees import changer_les_heures, retirer_les_heures
from reservations.actions.historique import annuler_le_dernier_pas
from reservations.actions.offre import copier_periode, creer_offre, preparer_copie
from reservations.actions.offres import tenir_la_liste
from reservations.actions.reglement import accepter_reglement, publier_version
from reservations.actions.reponse import accepter, refuser
from reservations.actions.un_jour import annuler_un_jour

__all__ = [
    "abandonner_attribution",
    "abandonner_brouillon",
    "abandonner_brouillons",
    "accepter",
    "accepter_les_places",
    "accepter_reglement",
    "agir_au_nom_de",
    "annuler_le_dernier_pas",
    "annuler_un_jour",
    "appliquer_apercus",
    "appliquer_suivante",
    "changer_capacite",
    "changer_les_heures",
    "clore_attribution",
    "confirmer_attribution",
    "copier_periode",
    "creer_lien_agenda",
    "creer_offre",
    "decider_des_lignes",
    "declarer_absence",
    "decliner_les_places",
    "enregistrer_brouillon",
    "enregistrer_brouillons",
    "envoyer_demande",
    "envoyer_ensemble",
    "fermer",
    "fermer_des_jours",
    "generer_creneaux",
    "joindre_la_piece",
    "justifier_absences",
    "noter_les_heures",
    "ouvrir_reservation",
    "placer_dans_la_salle",
    "preparer_attribution",
    "preparer_copie",
    "publier_version",
    "recalculer_attribution",
    "redater",
    "refuser",
    "refuser_absences",
    "retirer_absence",
    "retirer_demande",
    "retirer_les_heures",
    "revoquer_lien_agenda",
    "rouvrir",
    "tenir_la_liste",
    "tenir_les_listes",
]
