"""Households: the tutorial's, then as many invented ones as asked, with their adults, children and quotients."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection

from enfants.enums import Garde, Niveau, Sexe
from enfants.models import Ecole, Enfant, Rattachement
from familles.enums import Activite, Civilite, LienResponsable, Regime, SituationFamiliale, SourceQuotient
from familles.models import Famille, QuotientFamilial, Responsable, Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.texte import normaliser
from portail.demonstration import noms
from portail.demonstration.calendrier import annee_scolaire_de, mois_plus
from portail.demonstration.connexions import Connexions
from portail.demonstration.hasard import Tirage

BOUTLE, SAINTE_MARIE, COLLEGE, LYCEE = (
    "Groupe scolaire Alain Boutle",
    "École Sainte-Marie – Saint-Pierre",
    "Collège Jules Verne",
    "Lycée Grand Air",
)
ECOLES = {BOUTLE: "Batz-sur-Mer", SAINTE_MARIE: "Batz-sur-Mer", COLLEGE: "Le Pouliguen", LYCEE: "La Baule"}
#: Level by the number of years between birth and the civil year of the rentrée.
NIVEAUX = dict(zip(range(3, 15), list(Niveau)[1:13], strict=True))
FOYERS_LONGS = 60
MATERNELLE_ET_PRIMAIRE = range(3, 11)
COLLEGIENS = range(11, 15)


@dataclass
class Foyer:
    """One household and what is known of it; ``gardes`` says when each child is there."""

    famille: Famille
    responsables: list[Responsable] = field(default_factory=list)
    quotients: list[QuotientFamilial] = field(default_factory=list)
    enfants: list[tuple[Enfant, Garde]] = field(default_factory=list)
    #: Months of bookings before this one.
    mois_passes: int = 1

    @property
    def parent(self) -> Utilisateur:
        utilisateur = self.responsables[0].utilisateur
        assert utilisateur is not None  # noqa: S101 - the first adult always has a login here
        return utilisateur


class Peuplement:
    """Invents the households, then writes them all at once."""

    def __init__(
        self,
        *,
        graine: int,
        maintenant: datetime,
        connexions: Connexions,
        agent: Utilisateur,
        mois_longs: int,
        tous_longs: bool = False,
    ) -> None:
        self.tirage = Tirage(graine, "foyers")
        self.activites = Tirage(graine, "activites")
        self.maintenant = maintenant
        self.jour = aujourdhui(maintenant)
        self.connexions = connexions
        self.agent = agent
        self.mois_longs = mois_longs
        #: Or the first sixty only: enough to look at.
        self.tous_longs = tous_longs
        self.ecoles = {
            ecole.nom: ecole
            for ecole in Ecole.objects.bulk_create(Ecole(nom=nom, ville=ville) for nom, ville in ECOLES.items())
        }
        self.foyers: list[Foyer] = []
        self.enfants: list[Enfant] = []

    def peupler(self, nombre: int) -> list[Foyer]:
        """Write ``nombre`` households, the tutorial's first, and return them."""
        self._aabelium()
        while len(self.foyers) < nombre:
            if nombre - len(self.foyers) > 1 and len(self.foyers) % 12 == 5:  # noqa: PLR2004 - one in twelve
                self._parents_separes()
            else:
                self._foyer_seul()
        self._ecrire()
        return self.foyers

    # --- invention ---------------------------------------------------------------------------------------------

    def _famille(self, nom: str, **champs: object) -> Foyer:
        rang = len(self.foyers) + 1
        tirage = self.tirage
        ville, code_postal = ("Batz-sur-Mer", "44740") if tirage.chance(88) else tirage.choice(noms.AILLEURS)
        valeurs: dict[str, object] = {
            "adresse": f"{tirage.randrange(1, 90)} {tirage.choice(noms.RUES)}",
            "code_postal": code_postal,
            "ville": ville,
            "residente": ville == "Batz-sur-Mer",
            "telephone": f"02 40 {tirage.randrange(10, 99)} {tirage.randrange(10, 99)} {tirage.randrange(10, 99)}",
            "regime": tirage.pese({Regime.CAF: 86, Regime.MSA: 11, Regime.AUTRE: 3}),
            "numero_allocataire": f"{tirage.randrange(1_000_000, 9_999_999)}",
        } | champs
        famille = Famille(
            cle=tirage.cle(),
            code=f"F{rang:05d}",
            nom=nom,
            nom_recherche=normaliser(nom),
            cree_le=self.maintenant - timedelta(days=tirage.randrange(200, 900)),
            **valeurs,
        )
        foyer = Foyer(famille, mois_passes=self.mois_longs if self.tous_longs or rang <= FOYERS_LONGS else 1)
        self.foyers.append(foyer)
        return foyer

    def _adulte(self, foyer: Foyer, *, mere: bool, nom: str, prenom: str = "", email: str = "") -> Responsable:
        tirage, famille = self.tirage, foyer.famille
        prenom = prenom or tirage.choice(noms.MERES if mere else noms.PERES)
        premier = not foyer.responsables
        email = email or f"{_adresse(prenom)}.{_adresse(nom)}.{famille.code.lower()}@exemple.fr"
        connexion = None
        if premier or tirage.chance(35):
            connexion = self.connexions.nouvelle(email, prenom, nom, confirmee=premier or tirage.chance(90))
        recherche = normaliser(f"{nom}  {prenom}")
        responsable = Responsable(
            cle=tirage.cle(),
            famille=famille,
            utilisateur=connexion,
            rang=len(foyer.responsables) + 1,
            civilite=Civilite.MADAME if mere else Civilite.MONSIEUR,
            nom=nom,
            prenom=prenom,
            nom_recherche=recherche,
            lien=LienResponsable.MERE if mere else LienResponsable.PERE,
            date_naissance=self.jour.replace(day=1) - timedelta(days=tirage.randrange(26 * 365, 48 * 365)),
            email=email,
            telephone_mobile=f"06 {tirage.randrange(10, 99)} {tirage.randrange(10, 99)} "
            f"{tirage.randrange(10, 99)} {tirage.randrange(10, 99)}",
            profession=tirage.choice(noms.PROFESSIONS),
            activite=Activite.TRAVAILLE if self.activites.chance(80) else Activite.SANS,
            adresse=famille.adresse,
            code_postal=famille.code_postal,
            ville=famille.ville,
        )
        foyer.responsables.append(responsable)
        return responsable

    def _enfant(self, nom: str, prenom: str = "", naissance: date | None = None, sexe: Sexe | None = None) -> Enfant:
        tirage = self.tirage
        sexe = sexe or tirage.choice((Sexe.FILLE, Sexe.GARCON))
        prenom = prenom or tirage.choice(noms.FILLES if sexe == Sexe.FILLE else noms.GARCONS)
        naissance = naissance or self.jour - timedelta(days=tirage.randrange(3 * 365 + 90, 15 * 365))
        lieu, departement = tirage.choice(noms.NAISSANCES)
        age_scolaire = annee_scolaire_de(self.jour) - naissance.year
        enfant = Enfant(
            cle=tirage.cle(),
            nom=nom,
            prenom=prenom,
            nom_recherche=normaliser(f"{nom} {prenom}"),
            sexe=sexe,
            date_naissance=naissance,
            lieu_naissance=lieu,
            departement_naissance=departement,
            ecole=self.ecoles[self._ecole(age_scolaire)],
            niveau=NIVEAUX.get(max(age_scolaire, 3), Niveau.LYCEE),
            cree_le=self.maintenant - timedelta(days=200),
        )
        self.enfants.append(enfant)
        return enfant

    def _ecole(self, age_scolaire: int) -> str:
        if age_scolaire < COLLEGIENS.start:
            return BOUTLE if self.tirage.chance(76) else SAINTE_MARIE
        return COLLEGE if age_scolaire in COLLEGIENS else LYCEE

    def _aabelium(self) -> None:
        """The tutorial's family: BAPTISTE, 7 years and 1 month, born in (35), and a younger sister."""
        foyer = self._famille(
            "AABELIUM",
            adresse="14 rue des Paludiers",
            code_postal="44740",
            ville="Batz-sur-Mer",
            residente=True,
            regime=Regime.CAF,
            situation=SituationFamiliale.MARIES,
        )
        self._adulte(foyer, mere=True, nom="AABELIUM", prenom="Claire", email="famille.aabelium@exemple.fr")
        self._adulte(foyer, mere=False, nom="AABELIUM", prenom="Antoine")
        baptiste = self._enfant("AABELIUM", "BAPTISTE", mois_plus(self.jour, -85), Sexe.GARCON)
        baptiste.lieu_naissance, baptiste.departement_naissance = "", "35"
        louise = self._enfant("AABELIUM", "LOUISE", mois_plus(self.jour, -56) + timedelta(days=11), Sexe.FILLE)
        for enfant in (baptiste, louise):
            enfant.ecole = self.ecoles[BOUTLE]
            foyer.enfants.append((enfant, Garde.TOUJOURS))
        self._quotients(foyer, 1012)

    def _foyer_seul(self) -> None:
        tirage = self.tirage
        situation = tirage.pese(
            {
                SituationFamiliale.MARIES: 40,
                SituationFamiliale.PACSES: 22,
                SituationFamiliale.VIE_MARITALE: 20,
                SituationFamiliale.SEUL: 16,
                SituationFamiliale.VEUF: 2,
            }
        )
        nom = tirage.choice(noms.NOMS)
        foyer = self._famille(nom, situation=situation)
        seul = situation in {SituationFamiliale.SEUL, SituationFamiliale.VEUF}
        mere = tirage.chance(80)
        self._adulte(foyer, mere=mere, nom=nom)
        if not seul:
            self._adulte(foyer, mere=not mere, nom=nom if tirage.chance(70) else tirage.choice(noms.NOMS))
        foyer.enfants = [(enfant, Garde.TOUJOURS) for enfant in self._fratrie(nom)]
        self._quotients(foyer)

    def _parents_separes(self) -> None:
        """Two households that share their children, one week each."""
        nom, autre = self.tirage.sample(noms.NOMS, 2)
        chez_la_mere = self._famille(autre, situation=SituationFamiliale.SEPARES)
        self._adulte(chez_la_mere, mere=True, nom=autre)
        chez_le_pere = self._famille(nom, situation=SituationFamiliale.SEPARES)
        self._adulte(chez_le_pere, mere=False, nom=nom)
        fratrie = self._fratrie(nom)
        chez_la_mere.enfants = [(enfant, Garde.SEMAINES_PAIRES) for enfant in fratrie]
        chez_le_pere.enfants = [(enfant, Garde.SEMAINES_IMPAIRES) for enfant in fratrie]
        for foyer in (chez_la_mere, chez_le_pere):
            self._quotients(foyer)

    def _fratrie(self, nom: str) -> list[Enfant]:
        combien = self.tirage.pese({1: 36, 2: 45, 3: 19})
        fratrie: list[Enfant] = []
        while len(fratrie) < combien:
            enfant = self._enfant(nom)
            if enfant.prenom in {autre.prenom for autre in fratrie}:
                self.enfants.pop()
                continue
            fratrie.append(enfant)
        return fratrie

    def _quotients(self, foyer: Foyer, valeur: int | None = None) -> None:
        """Last year's quotient and this year's; one household in six never gave its own."""
        tirage = self.tirage
        if valeur is None and tirage.chance(16):
            return
        valeur = valeur or int(min(max(tirage.gauss(1150, 420), 180), 3200))
        janvier = date(self.jour.year, 1, 1)
        source = SourceQuotient.MSA if foyer.famille.regime == Regime.MSA else SourceQuotient.CAF
        passe = int(valeur * tirage.uniform(0.9, 1.08))
        for montant, du, au in (
            (passe, janvier.replace(year=janvier.year - 1), janvier - timedelta(days=1)),
            (valeur, janvier, None),
        ):
            foyer.quotients.append(
                QuotientFamilial(
                    famille=foyer.famille,
                    valeur=montant,
                    du=du,
                    au=au,
                    source=source,
                    auteur=self.agent,
                    cree_le=self.maintenant - (self.jour - du) + timedelta(days=6, hours=-9)
                    if self.jour - du > timedelta(days=7)
                    else self.maintenant,
                )
            )

    # --- writing -----------------------------------------------------------------------------------------------

    def _ecrire(self) -> None:
        self.connexions.ecrire()
        Famille.objects.bulk_create((foyer.famille for foyer in self.foyers), batch_size=2000)
        Responsable.objects.bulk_create(
            (responsable for foyer in self.foyers for responsable in foyer.responsables), batch_size=2000
        )
        Enfant.objects.bulk_create(self.enfants, batch_size=2000)
        Rattachement.objects.bulk_create(self._rattachements(), batch_size=2000)
        with connection.cursor() as curseur:
            # The trigger on quotients lets the service alone write them.
            curseur.execute("SET LOCAL portail.role = 'service'")
        QuotientFamilial.objects.bulk_create(
            (quotient for foyer in self.foyers for quotient in foyer.quotients), batch_size=2000
        )
        with connection.cursor() as curseur:
            curseur.execute("SET LOCAL portail.role = ''")

    def _rattachements(self) -> list[Rattachement]:
        """Link each child to its households; those of the first young one that is shared do not agree on the weeks."""
        liens = [
            Rattachement(enfant=enfant, famille=foyer.famille, garde=garde)
            for foyer in self.foyers
            for enfant, garde in foyer.enfants
        ]
        for lien in liens:
            age_scolaire = annee_scolaire_de(self.jour) - lien.enfant.date_naissance.year
            if lien.garde == Garde.SEMAINES_IMPAIRES and age_scolaire in MATERNELLE_ET_PRIMAIRE:
                lien.garde = Garde.TOUJOURS
                break
        return liens


def _adresse(mot: str) -> str:
    return normaliser(mot).replace(" ", "-")
