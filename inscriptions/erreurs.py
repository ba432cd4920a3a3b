"""Refusals of this app."""

from __future__ import annotations

from django.db import models

from portail.commun.erreurs import RefusMetier


class MotifDossier(models.TextChoices):
    DEJA_ENVOYE = "deja_envoye", "Votre demande est déjà envoyée : elle ne se modifie plus."
    DEJA_TRAITE = "deja_traite", "Un autre agent a déjà répondu à cette demande, ou la famille l’a reprise."
    PAS_DE_COMPLEMENT = "pas_de_complement", "Cette demande n’attend plus de complément."
    INCOMPLET = "incomplet", "Votre demande n’est pas complète : les points à corriger sont indiqués ci-dessous."
    TROP_D_ADULTES = "trop_d_adultes", "Une demande peut compter six adultes au plus : écrivez au service."
    TROP_D_ENFANTS = "trop_d_enfants", "Une demande peut compter douze enfants au plus : écrivez au service."
    DEMANDEUR = "demandeur", "Vous ne pouvez pas retirer la personne qui fait la demande."
    FAMILLE_ARCHIVEE = "famille_archivee", "Cette famille est archivée : remettez-la en service, ou créez-en une autre."


class DossierRefuse(RefusMetier):
    """A gesture on a registration file that the rules refuse."""
