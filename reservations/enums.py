from django.db import models


class EtatPresence(models.TextChoices):
    """State of one day of one child; the label is the word that parents, agents and mails all read."""

    DEMANDEE = "demandee", "Demande envoyée"
    #: Asked during a pre-booking window: it takes no place, and waits for the allotment.
    EN_ATTRIBUTION = "en_attribution", "En attente d’attribution"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    LISTE_ATTENTE = "liste_attente", "Liste d’attente"
    PLACE_PROPOSEE = "place_proposee", "Place proposée"
    ANNULATION_DEMANDEE = "annulation_demandee", "Annulation demandée"
    ANNULEE = "annulee", "Annulée"
    PRESENTE = "presente", "Présent"
    ABSENTE_JUSTIFIEE = "absente_justifiee", "Absence justifiée"
    ABSENTE_INJUSTIFIEE = "absente_injustifiee", "Absence non justifiée"
    PRESENTE_NON_RESERVEE = "presente_non_reservee", "Présent sans réservation"


#: States in which a day holds one of the places of its créneau.
ETATS_QUI_PRENNENT_UNE_PLACE = frozenset(
    {
        EtatPresence.DEMANDEE,
        EtatPresence.PLACE_PROPOSEE,
        EtatPresence.ACCEPTEE,
        EtatPresence.ANNULATION_DEMANDEE,
        EtatPresence.PRESENTE,
        EtatPresence.ABSENTE_JUSTIFIEE,
        EtatPresence.ABSENTE_INJUSTIFIEE,
    }
)
#: States that wait for the answer of an agent; a waiting list waits for a place.
ETATS_A_TRAITER = frozenset({EtatPresence.DEMANDEE, EtatPresence.ANNULATION_DEMANDEE})
#: States after which the same day may be asked again.
ETATS_CLOS = frozenset({EtatPresence.REFUSEE, EtatPresence.ANNULEE})


#: Days that are won: accepted, then whatever happened on the day.
ETATS_TENUS = frozenset(
    {
        EtatPresence.ACCEPTEE,
        EtatPresence.PRESENTE,
        EtatPresence.ABSENTE_JUSTIFIEE,
        EtatPresence.ABSENTE_INJUSTIFIEE,
        EtatPresence.PRESENTE_NON_RESERVEE,
    }
)


class EtatReservation(models.TextChoices):
    """State of a whole reservation, told from its days; never stored."""

    BROUILLON = "brouillon", "À envoyer"
    DEMANDEE = "demandee", "En attente de réponse"
    ACCEPTEE = "acceptee", "Acceptée"
    PARTIELLE = "partielle", "Acceptée en partie"
    REFUSEE = "refusee", "Refusée"
    ANNULEE = "annulee", "Annulée"


class Sens(models.TextChoices):
    """What an unsent edit, or a line of a request, asks for."""

    AJOUT = "ajout", "À réserver"
    RETRAIT = "retrait", "À annuler"


class Acceptation(models.TextChoices):
    AUTOMATIQUE = "automatique", "Automatique s’il reste de la place"
    MANUELLE = "manuelle", "Par un agent"


class GenrePrestation(models.TextChoices):
    SIMPLE = "simple", "Simple : réservée ou non chaque jour"
    HEURES = "heures", "À l’heure : arrivée et départ chaque jour, demi-heure commencée due"
    SORTIE = "sortie", "Sortie : un seul jour, avec ses places et sa date limite"


class GenreLien(models.TextChoices):
    """What one prestation asks of another on the same day; several « exige » mean any one of them."""

    EXIGE = "exige", "exige (l’une de celles citées)"
    EXCLUT = "exclut", "exclut"
    AJOUTE = "ajoute", "ajoute"


class SiDepasse(models.TextChoices):
    """What happens when fewer places are wanted than are taken."""

    REFUSER = "refuser", "Ne rien changer"
    GARDER = "garder", "Garder les réservations : plus aucune place ces jours-là"
    DEPLACER = "deplacer", "Passer les dernières en liste d’attente, et prévenir leurs familles"


class TraitementAnnulation(models.TextChoices):
    AUTOMATIQUE = "automatique", "Automatique dans le délai"
    MANUELLE = "manuelle", "Par un agent"


class Geste(models.TextChoices):
    """What a household does to a day; each gesture may have its own deadline."""

    RESERVER = "reserver", "Réserver"
    #: A change of prestation on a day that stays booked.
    MODIFIER = "modifier", "Modifier un jour déjà réservé"
    ANNULER = "annuler", "Annuler"
    ABSENCE = "absence", "Déclarer une absence"


class ApresDelai(models.TextChoices):
    """What becomes of a gesture after its deadline."""

    REFUS = "refus", "Refusé"
    MAJORATION = "majoration", "Possible avec une majoration"
    LISTE_ATTENTE = "liste_attente", "En liste d’attente"
    AGENT = "agent", "Demande à un agent"


class ApresDelaiAnnulation(models.TextChoices):
    """What becomes of a cancellation after its deadline: the values are those of ``ApresDelai``."""

    REFUS = "refus", "Refusée : le jour est dû"
    AGENT = "agent", "Demandée à un agent"


class RepereAge(models.TextChoices):
    """The day on which the age of a child is counted."""

    JOUR = "jour", "Le jour réservé"
    DEBUT = "debut", "Le premier jour de la période"
    ANNEE = "annee", "Le 31 décembre de l’année du premier jour"
    DATE = "date", "À une date choisie"


class Residence(models.TextChoices):
    TOUTES = "toutes", "Toutes les familles"
    RESIDENTES = "residentes", "Celles qui habitent la commune"
    AUTRES = "autres", "Celles des autres communes"


class Selection(models.TextChoices):
    TOUS = "tous", "Tous les enfants"
    ECOLES = "ecoles", "Ceux des écoles ou des classes choisies"
    FAMILLES = "familles", "Ceux des familles choisies"


class JoursDeClasse(models.TextChoices):
    """On which of its weekdays a période is open, as to the school calendar."""

    TOUS = "tous", "Toute l’année"
    HORS_VACANCES = "hors_vacances", "Hors vacances scolaires"
    VACANCES = "vacances", "Pendant les vacances scolaires seulement"


class TypeJours(models.TextChoices):
    """Which days a rolling deadline counts."""

    OUVRES = "ouvres", "jours ouvrés (lundi à vendredi, hors jours fermés)"
    OUVRABLES = "ouvrables", "jours ouvrables (lundi à samedi, hors jours fériés)"
    CALENDAIRES = "calendaires", "jours calendaires"
    SCOLAIRES = "scolaires", "jours d’école (lundi, mardi, jeudi, vendredi, hors vacances et jours fermés)"


class GenreDelai(models.TextChoices):
    """How a deadline is told; the number counts days, hours, weeks or months accordingly."""

    JOURS = "jours", "Un nombre de jours avant le jour souhaité"
    HEURES = "heures", "Un nombre d’heures avant l’heure du service"
    SEMAINE = "semaine", "Un jour d’une semaine précédente"
    TABLEAU = "tableau", "Un jour et une heure pour chaque jour de la semaine"
    DATE = "date", "Une date fixe"
    PERIODE = "periode", "Un nombre de jours avant le début de la période"
    MOIS = "mois", "Un nombre de mois avant le début de la période"
    JAMAIS = "jamais", "Jamais : ce geste ne se fait pas en ligne"


class SiLimiteFermee(models.TextChoices):
    """What happens to a limit that falls on a day when the town hall is closed."""

    GARDER = "garder", "Elle est gardée"
    RECULER = "reculer", "Elle recule au jour ouvré précédent"


class NatureJourFerme(models.TextChoices):
    FERIE = "ferie", "Jour férié"
    PONT = "pont", "Pont"
    MAIRIE = "mairie", "Fermeture de la mairie"


class MotifRefus(models.TextChoices):
    """Why one day cannot be booked or cancelled; the value is stable (traces, tests)."""

    JOUR_PASSE = "jour_passe", "Ce jour est passé."
    HORS_DELAI = "hors_delai", "La limite pour réserver ce jour est dépassée."
    JAMAIS_RESERVABLE = "jamais_reservable", "Ce jour ne se réserve pas en ligne : écrivez au service."
    HORS_DELAI_ANNULATION = "hors_delai_annulation", "La limite pour annuler ce jour est dépassée."
    JAMAIS_ANNULABLE = "jamais_annulable", "Ce jour ne s’annule pas en ligne : écrivez au service."
    COMPLET = "complet", "Il ne reste plus de place ce jour-là."
    FERME = "ferme", "L’accueil est fermé ce jour-là."
    PAS_ENCORE_OUVERT = "pas_encore_ouvert", "Les réservations ne sont pas encore ouvertes."
    RESERVATIONS_CLOSES = "reservations_closes", "Les réservations de cette période sont closes."
    ATTRIBUTION_EN_COURS = (
        "attribution_en_cours",
        "La pré-réservation est close\u00a0: les réservations rouvrent dès que les places sont attribuées.",
    )
    DEJA_DEMANDE = "deja_demande", "Ce jour est déjà réservé ou demandé."
    RIEN_A_ANNULER = "rien_a_annuler", "Aucune réservation à annuler ce jour-là."
    DEJA_POINTE = "deja_pointe", "Ce jour a déjà été pointé."
    TROP_JEUNE = "trop_jeune", "L’enfant n’a pas encore l’âge de cet accueil."
    TROP_AGE = "trop_age", "L’enfant a dépassé l’âge de cet accueil."
    AUTRE_NIVEAU = "autre_niveau", "Cet accueil est réservé à d’autres niveaux scolaires."
    AUTRE_ECOLE = "autre_ecole", "Cet accueil est réservé aux élèves d’autres écoles ou classes."
    SCOLARITE_INCONNUE = (
        "scolarite_inconnue",
        "L’école ou le niveau manque sur la fiche de l’enfant : complétez-la ou écrivez au service.",
    )
    FAMILLE_NON_CHOISIE = "famille_non_choisie", "Cet accueil est réservé à certaines familles."
    RESERVE_AUX_RESIDENTS = "reserve_aux_residents", "Cet accueil est réservé aux familles de la commune."
    RESERVE_AUX_AUTRES = "reserve_aux_autres", "Cet accueil est réservé aux familles des autres communes."
    AUTRE_FOYER = "autre_foyer", "C’est un jour de garde de l’autre foyer."
    SANS_LIEN = "sans_lien", "L’enfant n’est pas rattaché à votre foyer ce jour-là."
    INCOMPATIBLE = "incompatible", "Ce choix ne va pas avec un autre choix du même jour."
    CHOIX_MANQUANT = "choix_manquant", "Ce choix va avec un autre choix du même jour."
    NECESSAIRE = "necessaire", "Un autre choix du même jour a besoin de celui-ci."
    ECHANGE_IMPOSSIBLE = "echange_impossible", "Ce choix est gardé : celui qui le remplaçait n’est pas possible."
    HEURES_MANQUANTES = "heures_manquantes", "Indiquez les heures d’arrivée et de départ."
    PAS_A_L_HEURE = "pas_a_l_heure", "Les heures de ce jour ne se choisissent pas."
    RIEN_A_CHANGER = "rien_a_changer", "Ce jour n’est pas réservé."
    HEURES_HORS_DELAI = "heures_hors_delai", "La limite pour changer les heures de ce jour est dépassée."
    HEURES_FACTUREES = "heures_facturees", "Ce jour est déjà facturé\u00a0: écrivez au service pour changer ses heures."
    HEURES_INCHANGEES = "heures_inchangees", "Ce sont déjà les heures de ce jour."
    CONDITIONS_CHANGEES = (
        "conditions_changees",
        "Les conditions ont changé entre-temps\u00a0: relisez-les avant de confirmer.",
    )
    PLACE_A_ACCEPTER = "place_a_accepter", "Une place vous est proposée\u00a0: acceptez-la ou refusez-la."
    ABSENCE_IMPOSSIBLE = "absence_impossible", "Seul un jour accepté peut être déclaré absent."
    ABSENCE_DEJA_DECLAREE = "absence_deja_declaree", "Une absence est déjà déclarée ce jour-là."
    HORS_DELAI_ABSENCE = "hors_delai_absence", "La limite pour déclarer cette absence est dépassée."
    ENCORE_ANNULABLE = "encore_annulable", "Ce jour peut encore être annulé\u00a0: annulez-le, il ne sera pas dû."
    MOTIF_INCONNU = "motif_inconnu", "Choisissez un motif dans la liste."
    TRANSITION_IMPOSSIBLE = "transition_impossible", "Cette demande a changé d’état entre-temps."


#: Refusals that come from who the child and its household are, not from the day.
MOTIFS_D_ACCES = (
    MotifRefus.TROP_JEUNE,
    MotifRefus.TROP_AGE,
    MotifRefus.SCOLARITE_INCONNUE,
    MotifRefus.AUTRE_NIVEAU,
    MotifRefus.AUTRE_ECOLE,
    MotifRefus.FAMILLE_NON_CHOISIE,
    MotifRefus.RESERVE_AUX_RESIDENTS,
    MotifRefus.RESERVE_AUX_AUTRES,
)


class Rythme(models.TextChoices):
    CHAQUE_SEMAINE = "chaque_semaine", "Chaque semaine"
    UNE_SUR_DEUX = "une_sur_deux", "Une semaine sur deux, à partir de la première"
    SEMAINES_PAIRES = "paires", "Semaines paires du calendrier"
    SEMAINES_IMPAIRES = "impaires", "Semaines impaires du calendrier"


class Issue(models.TextChoices):
    """What a tool of the planning would do to one day."""

    AJOUT = "ajout", "À réserver"
    RETRAIT = "retrait", "À annuler"
    ATTENTE = "attente", "En liste d’attente"
    IGNORE = "ignore", "Sans changement"


class TraitementAbsence(models.TextChoices):
    """What declaring an absence for that reason makes of the day."""

    JUSTIFIEE = "justifiee", "Justifiée dès qu’elle est déclarée"
    AGENT = "agent", "Examinée par un agent"
    NON_JUSTIFIEE = "non_justifiee", "Non justifiée"


class EtatDeclaration(models.TextChoices):
    A_EXAMINER = "a_examiner", "À examiner"
    JUSTIFIEE = "justifiee", "Absence justifiée"
    NON_JUSTIFIEE = "non_justifiee", "Absence non justifiée"
    RETIREE = "retiree", "Retirée"


class Critere(models.TextChoices):
    """What decides who is served first when places are allotted; the town puts them in order."""

    RESIDENCE = "residence", "Familles de la commune"
    PARENTS_ACTIFS = "parents_actifs", "Parents qui travaillent tous"
    FRATRIE = "fratrie", "Frère ou sœur dans le même accueil"
    DATE = "date", "Date et heure de la demande"
    #: Always the last: it settles what the others do not.
    TIRAGE = "tirage", "Tirage au sort"


#: Those that the town chooses and puts in order.
CRITERES_AU_CHOIX = (Critere.RESIDENCE, Critere.PARENTS_ACTIFS, Critere.FRATRIE, Critere.DATE)


class RaisonAttribution(models.TextChoices):
    """Why a request has a place, or has none."""

    ASSEZ = "assez", "Assez de places pour tous"
    RANG = "rang", "Bien placée"
    COMPLET = "complet", "Trop loin dans l’ordre"
    SALLE = "salle", "Salle partagée complète"
    LIEN = "lien", "Choix lié sans place"
    AGENT = "agent", "Décision du service"


class EtatAttribution(models.TextChoices):
    PROPOSEE = "proposee", "Proposition à confirmer"
    #: Being applied, household by household.
    CONFIRMATION = "confirmation", "Confirmation en cours"
    CONFIRMEE = "confirmee", "Confirmée"
    ABANDONNEE = "abandonnee", "Abandonnée"


class MotifAttribution(models.TextChoices):
    """Why a gesture on an allotment is refused."""

    SANS_FENETRE = "sans_fenetre", "Cette période n’a pas de pré-réservation."
    FENETRE_OUVERTE = "fenetre_ouverte", "La pré-réservation n’est pas terminée\u00a0: attendez sa fin."
    AUCUNE_DEMANDE = "aucune_demande", "Aucune demande n’attend d’attribution pour cette période."
    DEJA_PREPAREE = "deja_preparee", "Cette période a déjà une attribution."
    PAS_PROPOSEE = "pas_proposee", "Cette attribution n’est plus une proposition\u00a0: elle ne change plus."
    PERIMEE = (
        "perimee",
        "Des demandes, des places ou des critères ont changé depuis le calcul\u00a0: "
        "recalculez, relisez, puis confirmez.",
    )
    SANS_MOTIF = "sans_motif", "Écrivez le motif\u00a0: la famille le lit."
    SANS_PLACE = "sans_place", "Toutes les places de ce jour sont déjà données par décision du service."
    CHOIX_LIE = "choix_lie", "Ce jour ne peut pas être donné sans un autre choix du même jour, qui n’a pas de place."
