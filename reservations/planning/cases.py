"""One prestation of one day as the planning shows it: its state, whether it can be ticked, until when, for how much."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.safestring import SafeString

from portail.commun.dates import PARIS
from portail.commun.montants import en_euros
from portail.commun.templatetags.composants import etat as balise_etat
from portail.commun.templatetags.typographie import JOURS, heure
from reservations.attente import Listes
from reservations.brouillons import code_creneau
from reservations.enums import ETATS_CLOS, MOTIFS_D_ACCES, ApresDelai, EtatPresence, GenrePrestation, MotifRefus, Sens
from reservations.models import Creneau, Presence
from reservations.prix import Prix, majorer
from reservations.regles import EffetTardif, ReglesDePeriode
from reservations.regles.attente import rang_en_mots
from reservations.regles.modifications import AutreChoix, est_modification

#: From this number on, the places left are told.
DERNIERES_PLACES = 3
#: What a day that cannot be booked shows, in the order of what matters most to a parent: state and word.
FERMETURES = {
    MotifRefus.FERME: ("ferme", "Fermé"),
    MotifRefus.AUTRE_FOYER: ("ferme", "Jour de garde de l’autre foyer"),
    MotifRefus.SANS_LIEN: ("ferme", "Non proposé"),
    MotifRefus.DEJA_DEMANDE: ("ferme", "Réservé par ailleurs"),
    MotifRefus.JOUR_PASSE: ("ferme", "Passé"),
    MotifRefus.JAMAIS_RESERVABLE: ("ferme", "Non réservable en ligne"),
    MotifRefus.HORS_DELAI: ("delai_depasse", "Délai dépassé"),
    MotifRefus.PAS_ENCORE_OUVERT: ("delai_depasse", "Pas encore ouvert"),
    MotifRefus.ATTRIBUTION_EN_COURS: ("delai_depasse", "Attribution en cours"),
    MotifRefus.RESERVATIONS_CLOSES: ("delai_depasse", "Réservations closes"),
    MotifRefus.COMPLET: ("complet", "Complet"),
}


#: Why this child may book nothing there: the rest of the page says it in full.
FERMETURES |= dict.fromkeys(MOTIFS_D_ACCES, ("ferme", "Non proposé"))


def tardif_en_mots(effet: EffetTardif) -> str:
    """« hors délai : + 1,00 € »."""
    if effet.majoration:
        agent = ", un agent répond" if effet.nature == ApresDelai.AGENT else ""
        return f"hors délai\xa0: +\xa0{effet.majoration.en_mots()}{agent}"
    attente = effet.nature == ApresDelai.LISTE_ATTENTE
    return "hors délai\xa0: liste d’attente" if attente else "hors délai\xa0: un agent répond"


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
    #: Days by the hour whose hours are known; the price of the others is that of one half-hour.
    demi_heures: Mapping[int, int] = field(default_factory=dict)
    #: Créneaux of each day, when a change of a booked day has its own deadline.
    du_jour: Mapping[date, Collection[int]] = field(default_factory=dict)
    listes: Listes = field(default_factory=Listes)
    #: Does the période let a household wait for a place?
    liste_attente: bool = False
    #: First name, said before each day when several children are side by side.
    prenom: str = ""
    #: What the codes of this child's boxes end with, when it is not the one that the page is named after.
    suffixe: str = ""

    def modifie(self, creneau: Creneau, sens: Sens) -> bool:
        """Would this gesture only change a day that is booked otherwise?"""
        autres = [
            AutreChoix(self._actif(pk), Sens(self.choix[pk]) if pk in self.choix else None)
            for pk in self.du_jour.get(creneau.jour, ())
            if pk != creneau.pk
        ]
        return est_modification(sens, autres)

    def sans_prix(self, creneau: Creneau) -> str:
        paye = self.regles.paye_par_l_autre(creneau.jour) and self.regles.motif_de_garde(creneau.jour) is None
        return "payé par l’autre foyer" if paye else ""

    def _actif(self, creneau: int) -> bool:
        presence = self.presences.get(creneau)
        return presence is not None and presence.etat not in ETATS_CLOS

    def effet_ajout(self, creneau: Creneau) -> EffetTardif | None:
        return self.regles.effet_ajout(
            creneau.jour,
            creneau.prestation_id,
            modification=self.modifie(creneau, Sens.AJOUT),
            maintenant=self.maintenant,
            aujourdhui=self.aujourdhui,
        )


def lire_case(contexte: Contexte, creneau: Creneau, jour_en_mots: str) -> Case:
    presence = contexte.presences.get(creneau.pk)
    if presence is not None and presence.etat not in ETATS_CLOS:
        marque, modifiable, limite = _case_acquise(contexte, creneau, presence)
        acquise, majoration = True, presence.majoration
    else:
        effet = contexte.effet_ajout(creneau)
        marque, modifiable, limite = _case_libre(contexte, creneau, presence, effet)
        acquise, majoration = False, effet.majoration if effet else None
    choix = contexte.choix.get(creneau.pk)
    prix = contexte.prix.get(creneau.pk)
    a_la_demi_heure = creneau.prestation.genre == GenrePrestation.HEURES and creneau.pk not in contexte.demi_heures
    if prix and majoration and not a_la_demi_heure:
        prix = majorer(prix, majoration)
    return Case(
        code=code_creneau(creneau.jour, creneau.prestation.cle) + contexte.suffixe,
        libelle=creneau.prestation.nom_court,
        pastille=marque,
        modifiable=modifiable,
        coche=choix == Sens.AJOUT or (acquise and choix != Sens.RETRAIT),
        acquise=acquise,
        limite=limite,
        prix=_en_mots(prix, a_la_demi_heure=a_la_demi_heure) if prix else contexte.sans_prix(creneau),
        montant=str(prix.montant) if prix else "",
        nom_accessible=", ".join(filter(None, (contexte.prenom, jour_en_mots, creneau.prestation.nom_court))),
    )


def _en_mots(prix: Prix, *, a_la_demi_heure: bool) -> str:
    """« 1,75 € », « 0,90 € la demi-heure »."""
    return en_euros(prix.montant) + (" la demi-heure" if a_la_demi_heure else "")


def _case_acquise(contexte: Contexte, creneau: Creneau, presence: Presence) -> tuple[SafeString, bool, str]:
    etat = EtatPresence(presence.etat)
    modification = contexte.modifie(creneau, Sens.RETRAIT)
    instants = {"maintenant": contexte.maintenant, "aujourdhui": contexte.aujourdhui}
    ou = (creneau.jour, creneau.prestation_id)
    motifs = contexte.regles.motifs_retrait(
        creneau.jour, etat, prestation=creneau.prestation_id, modification=modification, **instants
    )
    if contexte.choix.get(creneau.pk) == Sens.RETRAIT:
        return pastille("brouillon", "À annuler"), True, ""
    if etat == EtatPresence.LISTE_ATTENTE and presence.pk in contexte.listes.rangs:
        marque = pastille(etat.value, str(etat.label), rang_en_mots(contexte.listes.rangs[presence.pk]))
        return marque, not motifs, ""
    marque = pastille(etat.value, str(etat.label))
    if etat == EtatPresence.EN_ATTRIBUTION:
        return marque, not motifs, ""
    if etat == EtatPresence.PLACE_PROPOSEE:
        return marque, False, f"à accepter avant le {limite_courte(presence.offre_expire_le)}"
    if not motifs:
        if contexte.regles.effet_retrait(*ou, modification=modification, **instants):
            return marque, True, "hors délai\xa0: un agent répond"
        limite = limite_courte(contexte.regles.limite_annulation(*ou, modification=modification))
        return marque, True, f"annulable jusqu’au {limite}"
    if MotifRefus.HORS_DELAI_ANNULATION in motifs:
        return marque, False, "n’est plus annulable"
    if MotifRefus.JAMAIS_ANNULABLE in motifs:
        return marque, False, "ne s’annule pas en ligne"
    return marque, False, ""


def _case_libre(
    contexte: Contexte, creneau: Creneau, presence: Presence | None, effet: EffetTardif | None
) -> tuple[SafeString, bool, str]:
    modification = contexte.modifie(creneau, Sens.AJOUT)
    liste = contexte.listes.de(creneau, creneau.places_libres)
    ouverte = contexte.liste_attente and contexte.regles.liste_ouverte(
        creneau.jour, contexte.maintenant, creneau.prestation_id
    )
    libres = liste.places_ouvertes(ouverte=ouverte)
    motifs = contexte.regles.motifs_ajout(
        creneau.jour,
        prestation=creneau.prestation_id,
        modification=modification,
        places_libres=libres,
        ferme=creneau.ferme,
        deja_actif=creneau.pk in contexte.ailleurs,
        maintenant=contexte.maintenant,
        aujourdhui=contexte.aujourdhui,
    )
    sans_places = contexte.regles.fenetre.sans_places
    limite = limite_courte(
        contexte.regles.limite_de_demande(creneau.jour, creneau.prestation_id, modification=modification)
    )
    jusqu_au = tardif_en_mots(effet) if effet else f"jusqu’au {limite}"
    if ouverte and motifs == [MotifRefus.COMPLET]:
        rang = rang_en_mots(liste.rang_du_prochain)
        if contexte.choix.get(creneau.pk) == Sens.AJOUT:
            return pastille("brouillon", "À envoyer", "liste d’attente"), True, rang
        return pastille(*FERMETURES[MotifRefus.COMPLET], "liste d’attente possible"), True, rang
    if contexte.choix.get(creneau.pk) == Sens.AJOUT:
        empeche = next((FERMETURES[motif][1] for motif in FERMETURES if motif in motifs), "")
        return pastille("brouillon", "À envoyer", empeche), True, "" if empeche else jusqu_au
    if motifs:
        principal = next(motif for motif in FERMETURES if motif in motifs)
        marque = pastille(*FERMETURES[principal])
        if presence is not None and presence.etat == EtatPresence.REFUSEE:
            marque = pastille("refusee", str(EtatPresence.REFUSEE.label))
        return marque, False, f"limite : {limite}" if principal == MotifRefus.HORS_DELAI else ""
    if presence is not None and presence.etat == EtatPresence.REFUSEE:
        return pastille("refusee", str(EtatPresence.REFUSEE.label)), True, f"à redemander {jusqu_au}"
    if sans_places:
        return pastille("libre", "À demander"), True, jusqu_au
    if libres <= DERNIERES_PLACES:
        reste = f"{libres} place{'s' if libres > 1 else ''}"
        return pastille("dernieres_places", reste), True, jusqu_au
    return pastille("libre", "Libre"), True, jusqu_au
