"""What becomes of bookings when a household is exported or erased: the days stay, without a name."""

from __future__ import annotations

from django.db.models import Case, Q, Value, When

from portail.commun.donnees import Politique, Sort, hors_foyer
from reservations.enums import EtatPresence

JOURS = (
    "Les jours de présence justifient les factures et les aides reçues par la commune ; ils restent, rattachés à une "
    "famille et à un enfant sans nom."
)
MOTIFS = f"{JOURS} Les motifs écrits à la main partent."

POLITIQUES = [
    Politique(
        "reservations.ChoixBrouillon",
        Sort.EFFACER,
        "Choix jamais envoyés.",
        lambda p: Q(reservation__famille=p.famille),
        exporte=(
            "reservation.enfant.prenom",
            "creneau.jour",
            "creneau.prestation.nom",
            "sens",
            "arrivee",
            "depart",
            "le",
        ),
        tus=("reservation",),
    ),
    Politique(
        "reservations.PasBrouillon",
        Sort.EFFACER,
        "Derniers gestes sur des choix jamais envoyés.",
        lambda p: Q(famille=p.famille),
        exporte=("libelle", "le"),
        tus=("famille",),
    ),
    Politique(
        "reservations.LignePas",
        Sort.EFFACER,
        "Jours de ces gestes.",
        lambda p: Q(reservation__famille=p.famille),
        exporte=("pas.libelle", "creneau.jour", "avant", "arrivee", "depart"),
        tus=("pas", "reservation"),
    ),
    Politique(
        "reservations.LienAgenda",
        Sort.EFFACER,
        "Adresse secrète d’un agenda.",
        lambda p: Q(famille=p.famille),
        exporte=("cree_le", "revoque_le"),
        tus=("famille", "jeton"),
    ),
    Politique(
        "reservations.DeclarationAbsence",
        Sort.DETACHER,
        f"{MOTIFS} Leurs pièces aussi.",
        lambda p: Q(presence__reservation__famille=p.famille),
        exporte=(
            "presence.enfant.prenom",
            "presence.creneau.jour",
            "motif.nom",
            "precision",
            "etat",
            "declaree_le",
            "reponse",
        ),
        tus=("presence", "motif", "document", "auteur", "traitee_le", "agent"),
        blancs={
            "precision": "",
            "document": None,
            # A refusal keeps a reason: the database asks for one.
            "reponse": Case(When(reponse="", then=Value("")), default=Value("Réponse effacée")),
        },
    ),
    Politique(
        "reservations.AcceptationReglement",
        Sort.CONSERVER,
        "Preuve de la version acceptée, rattachée à une famille sans nom.",
        lambda p: Q(famille=p.famille),
        exporte=("version.reglement.nom", "acceptee_le"),
        tus=("version", "famille", "auteur"),
    ),
    Politique(
        "reservations.EtapePresence",
        Sort.DETACHER,
        MOTIFS,
        lambda p: Q(presence__reservation__famille=p.famille),
        exporte=(
            "presence.enfant.prenom",
            "presence.creneau.jour",
            "presence.creneau.prestation.nom",
            "apres",
            "le",
            "motif",
        ),
        tus=("presence", "avant", "auteur"),
        blancs={"motif": ""},
    ),
    Politique(
        "reservations.LigneDemande",
        Sort.CONSERVER,
        JOURS,
        lambda p: Q(demande__reservation__famille=p.famille),
        exporte=(
            "demande.rang",
            "creneau.jour",
            "creneau.prestation.nom",
            "sens",
            "arrivee",
            "depart",
            "etat",
            "motifs",
            "precision",
            "montant",
        ),
    ),
    Politique(
        "reservations.Presence",
        Sort.DETACHER,
        MOTIFS,
        lambda p: Q(reservation__famille=p.famille),
        exporte=(
            "enfant.prenom",
            "creneau.jour",
            "creneau.prestation.nom",
            "arrivee",
            "depart",
            "etat",
            "motif",
            "modifiee_le",
        ),
        tus=(
            "reservation",
            "demande",
            "ordre_attente",
            "offre_expire_le",
            "majoration_montant",
            "majoration_pourcent",
        ),
        blancs={"motif": Case(When(etat=EtatPresence.REFUSEE, then=Value("Motif effacé")), default=Value(""))},
    ),
    Politique(
        "reservations.Demande",
        Sort.DETACHER,
        MOTIFS,
        lambda p: Q(reservation__famille=p.famille),
        exporte=("reservation.numero", "reservation.enfant.prenom", "reservation.periode.nom", "rang", "envoyee_le"),
        tus=("reservation", "auteur", "motif_au_nom_de", "envoi"),
        blancs={"motif_au_nom_de": ""},
    ),
    Politique(
        "reservations.Reservation",
        Sort.CONSERVER,
        JOURS,
        lambda p: Q(famille=p.famille),
        exporte=("numero", "enfant.prenom", "periode.nom", "cree_le"),
        tus=("famille",),
    ),
    Politique(
        "reservations.Periode_familles",
        Sort.EFFACER,
        "Choix de la famille parmi celles d’une période réservée.",
        lambda p: Q(famille=p.famille),
        exporte=("periode.nom",),
        tus=("periode", "famille"),
    ),
    Politique(
        "reservations.JourAnnule",
        Sort.CONSERVER,
        JOURS,
        lambda p: Q(presence__reservation__famille=p.famille),
        exporte=("presence.enfant.prenom", "presence.creneau.jour", "fermeture.motif", "rendu_le"),
        tus=("presence", "fermeture", "etat_avant"),
    ),
    hors_foyer("reservations.Fermeture", "Décidée par un agent."),
    hors_foyer("reservations.Periode", "Offre de la commune."),
    hors_foyer("reservations.Etablissement", "Ses directions sont des agents."),
    hors_foyer("reservations.Etablissement_direction", "Directions des établissements."),
]
