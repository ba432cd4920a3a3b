"""One prestation of one day as the planning shows it: its state, whether it can be ticked, until when, for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.safestring import SafeString

from portail.commun.dates import PARIS
from portail.commun.montants import en_euros
from portail.commun.templatetags.composants import etat as balise_etat
from portail.commun.templatetags.typographie import JOURS, heure
from reservations.brouillons import code_creneau
from reservations.enums import ETATS_CLOS, EtatPresence, MotifRefus, Sens
from reservations.models import Creneau, Presence
from reservations.prix import Prix
from reservations.regles import ReglesDePeriode

#: From this number on, the places left are told.
DERNIERES_PLACES = 3
#: What a day that cannot be booked shows, in the order of what matters most to a parent: state and word.
FERMETURES = {
    MotifRefus.FERME: ("ferme", "Fermé"),
    MotifRefus.DEJA_DEMANDE: ("ferme", "Réservé par ailleurs"),
    MotifRefus.JOUR_PASSE: ("ferme", "Passé"),
    MotifRefus.HORS_DELAI: ("delai_depasse", "Délai dépassé"),
    MotifRefus.PAS_ENCORE_OUVERT: ("delai_depasse", "Pas encore ouvert"),
    MotifRefus.RESERVATIONS_CLOSES: ("delai_depasse", "Réservations closes"),
    MotifRefus.COMPLET: ("complet", "Complet"),
}


def pastille(etat: str, mot: str, detail: str = "") -> SafeString:
    return balise_etat("presence", etat, mot, detail)


def limite_courte(instant: datetime | None) -> str:
    """« mar. 16/01 à 12 h »."""
    if instant is None:
        return "aucune"
    local = instant.astimezone(PARIS)
    return f"{JOURS[local.weekday()][:3]}.\xa0{local:%d/%m} à\xa0{heure(local.time())}"


@dataclass(frozen=True, slots=True)
class Case:
    code: str
    libelle: str
    #: Rendered tag: icon, word and border.
    pastille: SafeString
    #: A native checkbox when true, else text.
    modifiable: bool
    coche: bool
    #: Was this day reserved or asked before any unsent edit?
    acquise: bool
    limite: str
    prix: str
    #: Euros with a point, for the live amount; empty without a tariff.
    montant: str
    nom_accessible: str


@dataclass(slots=True)
class Contexte:
    """What the cases of one planning share."""

    regles: ReglesDePeriode
    maintenant: datetime
    aujourdhui: date
    choix: Mapping[int, str]
    presences: Mapping[int, Presence]
    ailleurs: set[int]
    prix: Mapping[int, Prix]


def lire_case(contexte: Contexte, creneau: Creneau, jour_en_mots: str) -> Case:
    presence = contexte.presences.get(creneau.pk)
    if presence is not None and presence.etat not in ETATS_CLOS:
        marque, modifiable, limite = _case_acquise(contexte, creneau, presence)
        acquise = True
    else:
        marque, modifiable, limite = _case_libre(contexte, creneau, presence)
        acquise = False
    choix = contexte.choix.get(creneau.pk)
    prix = contexte.prix.get(creneau.pk)
    return Case(
        code=code_creneau(creneau.jour, creneau.prestation.cle),
        libelle=creneau.prestation.nom_court,
        pastille=marque,
        modifiable=modifiable,
        coche=choix == Sens.AJOUT or (acquise and choix != Sens.RETRAIT),
        acquise=acquise,
        limite=limite,
        prix=en_euros(prix.montant) if prix else "",
        montant=str(prix.montant) if prix else "",
        nom_accessible=f"{jour_en_mots}, {creneau.prestation.nom_court}",
    )


def _case_acquise(contexte: Contexte, creneau: Creneau, presence: Presence) -> tuple[SafeString, bool, str]:
    etat = EtatPresence(presence.etat)
    motifs = contexte.regles.motifs_retrait(
        creneau.jour, etat, maintenant=contexte.maintenant, aujourdhui=contexte.aujourdhui
    )
    if contexte.choix.get(creneau.pk) == Sens.RETRAIT:
        return pastille("brouillon", "À annuler"), True, ""
    marque = pastille(etat.value, str(etat.label))
    if not motifs:
        limite = limite_courte(contexte.regles.limite_annulation(creneau.jour))
        return marque, True, f"annulable jusqu’au {limite}"
    if MotifRefus.HORS_DELAI_ANNULATION in motifs:
        return marque, False, "n’est plus annulable"
    return marque, False, ""


def _case_libre(contexte: Contexte, creneau: Creneau, presence: Presence | None) -> tuple[SafeString, bool, str]:
    motifs = contexte.regles.motifs_ajout(
        creneau.jour,
        places_libres=creneau.places_libres,
        ferme=creneau.ferme,
        deja_actif=creneau.pk in contexte.ailleurs,
        maintenant=contexte.maintenant,
        aujourdhui=contexte.aujourdhui,
    )
    limite = limite_courte(contexte.regles.limite_reservation(creneau.jour))
    if contexte.choix.get(creneau.pk) == Sens.AJOUT:
        empeche = next((FERMETURES[motif][1] for motif in FERMETURES if motif in motifs), "")
        return pastille("brouillon", "À envoyer", empeche), True, "" if empeche else f"jusqu’au {limite}"
    if motifs:
        principal = next(motif for motif in FERMETURES if motif in motifs)
        marque = pastille(*FERMETURES[principal])
        if presence is not None and presence.etat == EtatPresence.REFUSEE:
            marque = pastille("refusee", str(EtatPresence.REFUSEE.label))
        return marque, False, f"limite : {limite}" if principal == MotifRefus.HORS_DELAI else ""
    if presence is not None and presence.etat == EtatPresence.REFUSEE:
        return pastille("refusee", str(EtatPresence.REFUSEE.label)), True, f"à redemander jusqu’au {limite}"
    if creneau.places_libres <= DERNIERES_PLACES:
        reste = f"{creneau.places_libres} place{'s' if creneau.places_libres > 1 else ''}"
        return pastille("dernieres_places", reste), True, f"jusqu’au {limite}"
    return pastille("libre", "Libre"), True, f"jusqu’au {limite}"
