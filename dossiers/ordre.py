"""The order in which a person reads the data of a household: itself, its adults, its children, then what follows."""

from __future__ import annotations

from collections.abc import Sequence

#: Chapter -> label of each model, with the title of its rubric. What no chapter names comes last, under its own title.
CHAPITRES: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        "La famille",
        (
            ("familles.Famille", "La famille"),
            ("familles.QuotientFamilial", "Quotients familiaux"),
            ("familles.Certification", "Fiche dite à jour"),
        ),
    ),
    (
        "Les adultes",
        (
            ("familles.Responsable", "Adultes de la famille"),
            ("familles.Utilisateur", "Comptes"),
            ("account.EmailAddress", "Adresses de connexion"),
        ),
    ),
    (
        "Les enfants",
        (
            ("enfants.Enfant", "Enfants"),
            ("enfants.Rattachement", "Garde"),
            ("enfants.PeriodeDeGarde", "Dates de garde convenues"),
            ("enfants.Scolarite", "Années scolaires"),
            ("enfants.FicheSanitaire", "Renseignements médicaux"),
            ("enfants.Vaccination", "Vaccinations"),
            ("enfants.PersonneAutorisee", "Personnes autorisées et à prévenir"),
            ("enfants.Autorisation", "Autorisations"),
        ),
    ),
    (
        "Les réservations",
        (
            ("reservations.Reservation", "Réservations"),
            ("reservations.Presence", "Jours réservés"),
            ("reservations.DeclarationAbsence", "Absences déclarées"),
            ("reservations.JourAnnule", "Jours annulés par une fermeture"),
            ("reservations.Demande", "Demandes envoyées"),
            ("reservations.LigneDemande", "Jours des demandes"),
            ("reservations.EtapePresence", "Suivi de chaque jour"),
            ("reservations.LigneAttribution", "Places attribuées après une pré-inscription"),
            ("reservations.ChoixBrouillon", "Modifications non envoyées"),
            ("reservations.PasBrouillon", "Derniers gestes sur le planning"),
            ("reservations.LignePas", "Jours de ces gestes"),
            ("reservations.AcceptationReglement", "Règlements acceptés"),
            ("reservations.LienAgenda", "Liens d’agenda"),
            ("reservations.Periode_familles", "Périodes ouvertes à la famille"),
        ),
    ),
    (
        "Les factures",
        (
            ("facturation.Facture", "Factures"),
            ("facturation.LigneFacture", "Détail des factures"),
        ),
    ),
    (
        "Les paiements",
        (
            ("facturation.Paiement", "Paiements"),
            ("facturation.Affectation", "Factures payées par chaque paiement"),
            ("facturation.TentativePaiement", "Passages par la page de paiement"),
        ),
    ),
    ("Les documents", (("documents.Document", "Documents envoyés"),)),
    (
        "L’inscription",
        (
            ("inscriptions.DossierInscription", "Demande d’inscription"),
            ("inscriptions.AdulteDossier", "Adultes de la demande"),
            ("inscriptions.EnfantDossier", "Enfants de la demande"),
            ("inscriptions.PieceDossier", "Pièces de la demande"),
            ("inscriptions.ComplementDossier", "Compléments demandés"),
        ),
    ),
    (
        "Les messages",
        (
            ("contenu.Echange", "Échanges avec le service"),
            ("contenu.MessageContact", "Messages"),
            ("commun.Courriel", "Courriels envoyés"),
        ),
    ),
    (
        "L’historique",
        (
            ("familles.Modification", "Modifications de la fiche"),
            ("enfants.LectureSante", "Lectures des données de santé"),
            ("dossiers.ReferenceExterne", "Numéros dans un autre logiciel"),
            ("commun.Trace", "Qui a fait quoi"),
        ),
    ),
)
#: What no export holds, and that an erasure names: after the rubric that each is a part of.
TECHNIQUES = (
    ("account.EmailConfirmation", "Confirmations d’adresse"),
    ("mfa.Authenticator", "Seconds facteurs de connexion"),
    ("usersessions.UserSession", "Appareils connectés"),
    ("facturation.PresenceFacturee", "Jours facturés"),
    ("facturation.PdfFacture", "PDF des factures"),
    ("facturation.PartTentative", "Parts d’un paiement en ligne"),
    ("facturation.NotificationRecue", "Réponses de la page de paiement"),
    ("commun.EnvoiUnique", "Clés de formulaires"),
    ("dossiers.LigneImportation", "Lignes de fichiers importés"),
    ("admin.LogEntry", "Historique de la gestion"),
)
_TITRES = {modele: titre for _, rubriques in CHAPITRES for modele, titre in rubriques} | dict(TECHNIQUES)
_RANGS = {modele: rang for rang, modele in enumerate(_TITRES)}
AUTRES = "Autres données"


def titre(modele: str, a_defaut: str) -> str:
    return _TITRES.get(modele, a_defaut)


def rang(modele: str) -> int:
    return _RANGS.get(modele, len(_RANGS))


def chapitre(modele: str) -> str:
    return next((nom for nom, rubriques in CHAPITRES if modele in dict(rubriques)), AUTRES)
