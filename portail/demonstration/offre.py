"""The offer of the town: établissements, périodes, prestations and their créneaux, tariffs, régie."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from facturation.models import Compteur, Regie, RegieEtablissement, Tarif, TrancheTarif
from familles.models import Utilisateur
from portail.commun.dates import instant
from portail.demonstration.calendrier import Calendrier, annee_scolaire_de
from portail.demonstration.hasard import Tirage
from reservations import actions
from reservations.enums import Acceptation, ApresDelai, GenreLien, GenrePrestation, JoursDeClasse, RepereAge, TypeJours
from reservations.models import (
    Accueil,
    Creneau,
    Etablissement,
    Fermeture,
    LienPrestation,
    Periode,
    Prestation,
    RegleDelai,
    Salle,
)

CLASSE = (0, 1, 3, 4)
MERCREDI = (2,)
MERCREDI_ET_SAMEDI = (2, 5)
SEMAINE = (0, 1, 2, 3, 4)
PERISCOLAIRE, RESTAURANT, LOISIRS, JEUNES = (
    "ACCUEIL PERISCOLAIRE",
    "RESTAURANT SCOLAIRE",
    "ACCUEIL DE LOISIRS",
    "ESPACE JEUNES",
)

#: Kinds of the holiday centre that share its room, and what each asks of the others on the same day.
CENTRE = ("vacances", "vacances_matin", "vacances_apres_midi", "vacances_repas")
LIENS_DU_CENTRE = (
    ("vacances", GenreLien.EXCLUT, "vacances_matin"),
    ("vacances", GenreLien.EXCLUT, "vacances_apres_midi"),
    ("vacances", GenreLien.EXCLUT, "vacances_repas"),
    ("vacances_repas", GenreLien.EXIGE, "vacances_matin"),
    ("vacances_repas", GenreLien.EXIGE, "vacances_apres_midi"),
)
SORTIE = "Départ en car à 9 h devant le centre, retour à 17 h. Prévoir un pique-nique et des chaussures de marche."
#: A full day has a waiting list, and a freed place is held three days.
LISTE = {"liste_attente": True, "duree_offre_heures": 72}

Grille = tuple[tuple[int, str], ...]
REPAS: Grille = ((0, "1.00"), (600, "2.35"), (900, "3.05"), (1300, "3.55"), (1700, "4.05"))
SOIR: Grille = ((0, "1.60"), (600, "1.90"), (900, "2.20"), (1300, "2.50"))
JOURNEE: Grille = ((0, "7.20"), (600, "10.40"), (900, "13.50"), (1300, "16.80"), (1700, "19.90"))
DEMI_JOURNEE: Grille = ((0, "5.10"), (600, "7.05"), (900, "8.90"), (1300, "10.75"), (1700, "12.40"))


@dataclass(frozen=True)
class Modele:
    """What is written of a prestation: its name, its hours, its price (one, or brackets of quotient)."""

    nom: str
    nom_court: str
    de: time
    a: time
    prix: str | Grille
    #: Places for a hundred children of the town, at least ``places_minimum``.
    places_pour_cent: int
    places_minimum: int = 24


MATIN_PERISCOLAIRE = "Périscolaire Matin Ecole Alain BOUTLE"
MODELES = {
    "matin": Modele(MATIN_PERISCOLAIRE, "Matin", time(7, 30), time(8, 35), "1.75", 34),
    "soir": Modele("Périscolaire Soir Ecole Alain BOUTLE", "Soir", time(16, 30), time(18, 45), SOIR, 34),
    "repas": Modele("Repas enfant", "Repas", time(12), time(13, 30), REPAS, 90, 60),
    "mercredi": Modele("Mercredi journée avec repas", "Journée", time(9), time(17), JOURNEE, 22),
    "mercredi_matin": Modele("Mercredi matin avec repas", "Matin", time(9), time(13, 30), DEMI_JOURNEE, 14, 16),
    "vacances": Modele("Vacances journée avec repas", "Journée", time(9), time(17), JOURNEE, 22, 32),
    "vacances_matin": Modele("Vacances matin", "Matin", time(9), time(12), DEMI_JOURNEE, 22, 32),
    "vacances_apres_midi": Modele("Vacances après-midi", "Après-midi", time(13, 30), time(17), DEMI_JOURNEE, 22, 32),
    "vacances_repas": Modele("Vacances repas", "Repas", time(12), time(13, 30), REPAS, 22, 32),
    "sortie": Modele("Sortie à l’Océarium", "Océarium", time(9), time(17), "12.00", 6, 16),
    "garde": Modele("Garde à l’heure", "Garde", time(7, 30), time(18, 30), "0.90", 8, 12),
    "jeunes": Modele("Espace Jeunes après-midi", "Après-midi", time(14), time(18), "1.50", 12, 16),
}


@dataclass
class Offre:
    """What was written, for the steps that follow."""

    regie: Regie
    calendrier: Calendrier
    etablissements: dict[str, Etablissement]
    prestations: list[tuple[str, Prestation]] = field(default_factory=list)
    creneaux: dict[int, dict[date, Creneau]] = field(default_factory=dict)

    def de_genre(self, genre: str) -> list[Prestation]:
        return [prestation for cle, prestation in self.prestations if cle == genre]

    def jours(self, genre: str, du: date, au: date) -> list[Creneau]:
        """List the créneaux of this kind of prestation in a range, both ends included, in order."""
        return [
            creneau
            for prestation in self.de_genre(genre)
            for jour, creneau in self.creneaux[prestation.pk].items()
            if du <= jour <= au
        ]


class Redaction:
    """Writing of the offer of the school years in view."""

    def __init__(self, *, graine: int, jour: date, enfants: int, calendrier: Calendrier) -> None:
        self.tirage = Tirage(graine, "offre")
        self.jour = jour
        self.enfants = enfants
        self.calendrier = calendrier
        self.periodes: list[tuple[Periode, tuple[str, ...]]] = []

    def ecrire(self, debut: date, fin: date) -> Offre:
        """Write the offer of every school year that meets ``debut`` … ``fin``."""
        self.regles = _ecrire_les_regles()
        etablissements = self._etablissements()
        offre = Offre(self._regie(etablissements.values()), self.calendrier, etablissements)
        accueils = self._accueils(etablissements)
        for annee in range(annee_scolaire_de(debut), annee_scolaire_de(fin) + 1):
            self._annee(annee, accueils)
        Periode.objects.bulk_create(periode for periode, _ in self.periodes)
        self._prestations(offre)
        self._creneaux(offre)
        self._tarifs(offre)
        return offre

    def _etablissements(self) -> dict[str, Etablissement]:
        adresses = {
            LOISIRS: "Rue des Étaux, 44740 Batz-sur-Mer",
            RESTAURANT: "Groupe scolaire Alain Boutle, rue des Écoles, 44740 Batz-sur-Mer",
            PERISCOLAIRE: "Groupe scolaire Alain Boutle, rue des Écoles, 44740 Batz-sur-Mer",
            JEUNES: "La Hurlette, 44740 Batz-sur-Mer",
        }
        lignes = [
            Etablissement(cle=self.tirage.cle(), nom=nom, ordre=rang, adresse=adresse, telephone="02.40.23.92.25")
            for rang, (nom, adresse) in enumerate(adresses.items(), start=1)
        ]
        return {ligne.nom: ligne for ligne in Etablissement.objects.bulk_create(lignes)}

    def _regie(self, etablissements: object) -> Regie:
        regie = Regie.objects.create(
            cle=self.tirage.cle(),
            code="enfance-jeunesse",
            nom="REGIE PERISCOLAIRE/ALSH/ESPACE JEUNES",
            numcli="012345",
            regisseur="Régisseur du service Enfance-Jeunesse",
            courriel="regisseur@exemple.fr",
        )
        RegieEtablissement.objects.bulk_create(
            RegieEtablissement(etablissement=etablissement, regie=regie)
            for etablissement in etablissements  # type: ignore[attr-defined]
        )
        Compteur.objects.bulk_create(Compteur(regie=regie, serie=serie) for serie in ("facture", "quittance"))
        return regie

    def _accueils(self, etablissements: dict[str, Etablissement]) -> dict[str, Accueil]:
        noms = [
            (PERISCOLAIRE, "PERISCOLAIRE"),
            (RESTAURANT, "RESTAURANT SCOLAIRE"),
            (LOISIRS, "MERCREDIS"),
            (LOISIRS, "VACANCES"),
            (JEUNES, "LA HURLETTE"),
            (LOISIRS, "HALTE-GARDERIE"),
        ]
        lignes = [
            Accueil(cle=self.tirage.cle(), etablissement=etablissements[lieu], nom=nom, ordre=rang)
            for rang, (lieu, nom) in enumerate(noms, start=1)
        ]
        return {ligne.nom: ligne for ligne in Accueil.objects.bulk_create(lignes)}

    def _annee(self, annee: int, accueils: dict[str, Accueil]) -> None:
        """Add the périodes of one school year; a year that is far ahead is published from May."""
        du, au = self.calendrier.annee_scolaire(annee)
        nom = f"{annee}-{annee + 1}"
        ouverture = date(annee, 5, 15)
        communs = {
            "du": du,
            "au": au,
            "validation_jusqu_au": au,
            "ouverture": ouverture,
            "jours_de_classe": JoursDeClasse.HORS_VACANCES,
        }
        self._periode(accueils["PERISCOLAIRE"], f"PERISCOLAIRE {nom}", ("matin", "soir"), CLASSE, **communs)
        self._periode(
            accueils["RESTAURANT SCOLAIRE"],
            f"RESTAURATION ENFANT {nom}",
            ("repas",),
            CLASSE,
            automatique=True,
            apres_delai=ApresDelai.MAJORATION,
            majoration_montant=Decimal("1.00"),
            **communs,
        )
        self._periode(
            accueils["MERCREDIS"],
            f"MERCREDIS {nom}",
            ("mercredi", "mercredi_matin"),
            MERCREDI,
            semaine=True,
            **LISTE,
            **communs,
        )
        self._periode(
            accueils["LA HURLETTE"],
            f"ESPACE JEUNES {nom}",
            ("jeunes",),
            MERCREDI_ET_SAMEDI,
            automatique=True,
            **communs,
        )
        self._periode(
            accueils["HALTE-GARDERIE"], f"GARDE À L’HEURE {nom}", ("garde",), MERCREDI, automatique=True, **communs
        )
        for plage in self.calendrier.vacances:
            if du <= plage.premier_jour <= au + timedelta(days=1) and "Ascension" not in plage.libelle:
                self._vacances(accueils["VACANCES"], plage.libelle, plage.premier_jour, plage.dernier_jour)

    def _vacances(self, accueil: Accueil, libelle: str, du: date, au: date) -> None:
        ouverts = self.calendrier.jours_de_vacances(du, au)
        self._periode(
            accueil,
            f"{_majuscules(libelle)} {du.year}",
            (*CENTRE, "sortie"),
            SEMAINE,
            du=ouverts[0],
            au=ouverts[-1],
            validation_jusqu_au=ouverts[-1],
            ouverture=du - timedelta(weeks=7),
            semaine=True,
            **LISTE,
            ouverture_autres_le=instant(du - timedelta(weeks=6), time(8)),
            age_minimum=3,
            age_maximum=12,
            age_au=RepereAge.ANNEE,
        )

    def _periode(
        self,
        accueil: Accueil,
        nom: str,
        genres: tuple[str, ...],
        jours_ouverture: tuple[int, ...],
        *,
        du: date,
        au: date,
        validation_jusqu_au: date,
        ouverture: date,
        automatique: bool = False,
        semaine: bool = False,
        **regles_propres: object,
    ) -> None:
        regle = self.regles["semaine" if semaine else "jours"]
        periode = Periode(
            cle=self.tirage.cle(),
            accueil=accueil,
            nom=nom,
            du=du,
            au=au,
            jours_ouverture=list(jours_ouverture),
            ouverture_reservations_le=instant(ouverture, time(8)),
            validation_jusqu_au=validation_jusqu_au,
            regle_reservation=regle,
            regle_annulation=regle,
            acceptation=Acceptation.AUTOMATIQUE if automatique else Acceptation.MANUELLE,
            **regles_propres,
        )
        self.periodes.append((periode, genres))

    def _prestations(self, offre: Offre) -> None:
        places = max(48, self.enfants * 34 // 100)
        salle = Salle.objects.create(
            cle=self.tirage.cle(),
            etablissement=offre.etablissements[LOISIRS],
            nom="Salle Penn Bé",
            capacite_par_jour=places,
        )
        for periode, genres in self.periodes:
            for rang, genre in enumerate(genres, start=1):
                modele = MODELES[genre]
                prestation = Prestation(
                    cle=self.tirage.cle(),
                    periode=periode,
                    nom=modele.nom,
                    nom_court=modele.nom_court,
                    ordre=rang,
                    heure_debut=modele.de,
                    heure_fin=modele.a,
                    capacite_par_jour=max(modele.places_minimum, self.enfants * modele.places_pour_cent // 100),
                )
                if genre in CENTRE and genre != "vacances_repas":
                    prestation.salle = salle
                elif genre == "garde":
                    prestation.genre = GenrePrestation.HEURES
                elif genre == "sortie":
                    prestation.genre, prestation.jour_unique = GenrePrestation.SORTIE, periode.au
                    prestation.reponse_avant_le = instant(periode.au - timedelta(days=4), time(18))
                    prestation.description = SORTIE
                offre.prestations.append((genre, prestation))
        Prestation.objects.bulk_create(prestation for _, prestation in offre.prestations)
        du_centre: dict[int, dict[str, Prestation]] = {}
        for genre, prestation in offre.prestations:
            du_centre.setdefault(prestation.periode_id, {})[genre] = prestation
        LienPrestation.objects.bulk_create(
            LienPrestation(prestation=siennes[une], genre=lien, autre=siennes[autre])
            for siennes in du_centre.values()
            if "vacances_repas" in siennes
            for une, lien, autre in LIENS_DU_CENTRE
        )

    def _creneaux(self, offre: Offre) -> None:
        lignes = []
        for genre, prestation in offre.prestations:
            periode = prestation.periode
            if prestation.jour_unique is not None:
                ouverts = [prestation.jour_unique]
            elif genre in CENTRE:
                ouverts = self.calendrier.jours_de_vacances(periode.du, periode.au)
            else:
                ouverts = self.calendrier.jours_de_classe(periode.du, periode.au, periode.jours_ouverture)
            lignes += [
                Creneau(prestation=prestation, jour=jour, capacite=prestation.capacite_par_jour) for jour in ouverts
            ]
        for creneau in Creneau.objects.bulk_create(lignes, batch_size=2000):
            offre.creneaux.setdefault(creneau.prestation_id, {})[creneau.jour] = creneau

    def _tarifs(self, offre: Offre) -> None:
        tarifs, tranches = [], []
        for genre, prestation in offre.prestations:
            prix = MODELES[genre].prix
            plus_haut = prix if isinstance(prix, str) else prix[-1][1]
            tarif = Tarif(prestation=prestation, du=prestation.periode.du, montant=Decimal(plus_haut))
            tarifs.append(tarif)
            if not isinstance(prix, str):
                tranches += [TrancheTarif(tarif=tarif, qf_minimum=qf, montant=Decimal(mont)) for qf, mont in prix]
        Tarif.objects.bulk_create(tarifs)
        TrancheTarif.objects.bulk_create(tranches)


def _ecrire_les_regles() -> dict[str, RegleDelai]:
    jours = RegleDelai(nom="2 jours ouvrés avant, 12 h", nombre=2, type_jours=TypeJours.OUVRES, heure=time(12))
    semaine = RegleDelai(nom="7 jours avant, 12 h", nombre=7, type_jours=TypeJours.CALENDAIRES, heure=time(12))
    RegleDelai.objects.bulk_create([jours, semaine])
    return {"jours": jours, "semaine": semaine}


def _majuscules(libelle: str) -> str:
    """« Vacances d’hiver » → « VACANCES D’HIVER »."""
    return libelle.upper()


def nommer_la_direction(offre: Offre, direction: Utilisateur) -> None:
    """The demonstration's direction runs the holiday centre and the périscolaire, not the canteen."""
    for nom in (PERISCOLAIRE, LOISIRS):
        offre.etablissements[nom].direction.add(direction)


def fermer_un_mercredi(offre: Offre, agent: Utilisateur, maintenant: datetime) -> None:
    """Close one Wednesday of the holiday centre, some weeks ahead, as an agent does: the families are told."""
    jour = maintenant.date() + timedelta(weeks=3)
    a_venir = [creneau for creneau in offre.jours("mercredi", jour, jour + timedelta(weeks=12)) if not creneau.ferme]
    if not a_venir:
        return
    choisi = min(a_venir, key=lambda creneau: creneau.jour)
    accueil = choisi.prestation.periode.accueil
    fermeture = Fermeture(accueil=accueil, du=choisi.jour, au=choisi.jour, motif="Travaux dans les locaux")
    actions.fermer(fermeture=fermeture, auteur=agent, maintenant=maintenant)
