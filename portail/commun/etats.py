"""How each state looks, the same in the planning, lists, the admin, mails: one icon, one word, one border."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Apparence:
    #: CSS class suffix: ``etat-<ton>``; ten tones of colour and border.
    ton: str
    #: Drawing of the sprite.
    icone: str
    #: What is written when the caller has no label of its own.
    mot: str


NEUTRE = Apparence("libre", "tiret", "")

APPARENCES: dict[str, dict[str, Apparence]] = {
    "presence": {
        "libre": Apparence("libre", "rond", "Libre"),
        "brouillon": Apparence("brouillon", "crayon", "À envoyer"),
        "demandee": Apparence("attente", "sablier", "Demande envoyée"),
        "en_attribution": Apparence("attente", "horloge", "En attente d’attribution"),
        "acceptee": Apparence("acceptee", "coche", "Acceptée"),
        "refusee": Apparence("refusee", "croix", "Refusée"),
        "liste_attente": Apparence("liste", "liste", "Liste d’attente"),
        "place_proposee": Apparence("annulation", "horloge", "Place proposée"),
        "annulation_demandee": Apparence("annulation", "retour", "Annulation demandée"),
        "annulee": Apparence("ferme", "croix", "Annulée"),
        "presente": Apparence("acceptee", "present", "Présent"),
        "absente_justifiee": Apparence("annulation", "absent", "Absence justifiée"),
        "absente_injustifiee": Apparence("refusee", "absent", "Absence non justifiée"),
        "presente_non_reservee": Apparence("liste", "present", "Présent sans réservation"),
        "dernieres_places": Apparence("annulation", "attention", "Dernières places"),
        "complet": Apparence("complet", "complet", "Complet"),
        "ferme": Apparence("ferme", "tiret", "Fermé"),
        "delai_depasse": Apparence("ferme", "cadenas", "Délai dépassé"),
    },
    "reservation": {
        "brouillon": Apparence("brouillon", "crayon", "À envoyer"),
        "demandee": Apparence("attente", "sablier", "En attente de réponse"),
        "acceptee": Apparence("acceptee", "coche", "Acceptée"),
        "partielle": Apparence("annulation", "attention", "Acceptée en partie"),
        "refusee": Apparence("refusee", "croix", "Refusée"),
        "annulee": Apparence("ferme", "croix", "Annulée"),
    },
    "absence": {
        "a_examiner": Apparence("attente", "sablier", "À examiner"),
        "justifiee": Apparence("acceptee", "coche", "Absence justifiée"),
        "non_justifiee": Apparence("refusee", "croix", "Absence non justifiée"),
        "retiree": Apparence("ferme", "retour", "Retirée"),
    },
    "facture": {
        "brouillon": Apparence("brouillon", "crayon", "Brouillon"),
        "emise": Apparence("attente", "facture", "Émise"),
        "non_soldee": Apparence("refusee", "euro", "Non soldée"),
        "en_attente": Apparence("attente", "sablier", "En attente de validation du paiement"),
        "soldee": Apparence("acceptee", "coche", "Soldée"),
        "transmise": Apparence("liste", "tresor", "Paiement géré par le Trésor public"),
        "annulee": Apparence("ferme", "croix", "Annulée"),
    },
    "paiement": {
        "en_attente": Apparence("attente", "sablier", "En attente de validation"),
        "valide": Apparence("acceptee", "coche", "Validé"),
        "annule": Apparence("ferme", "croix", "Annulé"),
    },
    "document": {
        "a_fournir": Apparence("refusee", "attention", "À fournir"),
        "envoye": Apparence("attente", "sablier", "Envoyé"),
        "valide": Apparence("acceptee", "coche", "Validé"),
        "refuse": Apparence("refusee", "croix", "Refusé"),
        "expire": Apparence("refusee", "horloge", "Expiré"),
        "expire_bientot": Apparence("annulation", "horloge", "Expire bientôt"),
    },
    "menus": {
        "brouillon": Apparence("annulation", "crayon", "Brouillon"),
        "publiee": Apparence("acceptee", "coche", "Publiée"),
    },
    "inscription": {
        "brouillon": Apparence("brouillon", "crayon", "En cours de saisie"),
        "envoye": Apparence("attente", "sablier", "À examiner"),
        "complement": Apparence("brouillon", "crayon", "Complément demandé"),
        "accepte": Apparence("acceptee", "coche", "Accepté"),
        "refuse": Apparence("refusee", "croix", "Refusé"),
    },
    "vaccin": {
        "fait": Apparence("acceptee", "coche", "Fait"),
        "a_faire": Apparence("refusee", "attention", "À faire"),
        "plus_tard": Apparence("libre", "horloge", "Plus tard"),
        "facultatif": Apparence("libre", "tiret", "Facultatif"),
        "contre_indique": Apparence("liste", "document", "Contre-indiqué (certificat)"),
    },
    "vaccination": {
        "a_jour": Apparence("acceptee", "coche", "À jour"),
        "provisoire": Apparence("annulation", "horloge", "Admission provisoire"),
        "manquant": Apparence("refusee", "attention", "Vaccin obligatoire manquant"),
    },
}


def apparence(domaine: str, valeur: str) -> Apparence:
    """Look of a state; an unknown one is neutral, and its caller's own word still says what it is."""
    return APPARENCES.get(domaine, {}).get(valeur, NEUTRE)
