"""Writing of a batch: a constant number of queries, whatever the number of households."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from dossiers.enums import Nature
from dossiers.importation.analyse import Foyer, Personne, changements, empreintes
from dossiers.importation.referentiel import Referentiel, familles_de, valeurs_de_la_famille
from dossiers.importation.valeurs import en_texte
from dossiers.models import Importation, ReferenceExterne
from enfants.models import Enfant, Rattachement
from familles.actions.quotient import signature_du_service
from familles.enums import SourceQuotient
from familles.models import Famille, QuotientFamilial, Responsable
from portail.commun.models import Trace
from portail.commun.texte import normaliser

QUOTIENT = frozenset({"quotient", "quotient_du"})
CODE = "F{:05d}"


@dataclass
class Ecrivain:
    """Gathers what a batch creates and changes, then writes it by kind."""

    importation: Importation
    connus: Referentiel
    maintenant: datetime
    familles: list[Famille] = field(default_factory=list)
    adultes: list[Responsable] = field(default_factory=list)
    enfants: list[Enfant] = field(default_factory=list)
    liens: list[Rattachement] = field(default_factory=list)
    references: list[ReferenceExterne] = field(default_factory=list)
    quotients: list[QuotientFamilial] = field(default_factory=list)
    quotients_finis: list[QuotientFamilial] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    references_changees: list[ReferenceExterne] = field(default_factory=list)
    changes: defaultdict[type[Model], dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    champs: defaultdict[type[Model], set[str]] = field(default_factory=lambda: defaultdict(set))

    def ecrire(self, foyers: Sequence[Foyer]) -> None:
        """Write these households; none of them has a problem that forbids it."""
        familles = self._familles(foyers)
        for foyer in foyers:
            famille = familles[foyer.reference]
            for rang, adulte in enumerate(foyer.adultes.values(), 1):
                self._adulte(famille, adulte, rang)
            for enfant in foyer.enfants.values():
                self._enfant(famille, enfant)
            self._quotient(famille, foyer)
        self._enregistrer()

    def _familles(self, foyers: Sequence[Foyer]) -> dict[str, Famille]:
        """Return the household of each reference, the new ones with the codes that follow the last one given."""
        familles = familles_de(self.connus)
        dernier = int(Famille.objects.prochain_code()[1:]) - 1
        for foyer in foyers:
            valeurs = {a: v for a, v in valeurs_de_la_famille(foyer).items() if a not in QUOTIENT}
            reference = self.connus.famille(foyer)
            if reference is None:
                dernier += 1
                famille = Famille(code=CODE.format(dernier), cree_le=self.maintenant, **valeurs)
                famille.nom_recherche = normaliser(famille.nom)
                familles[foyer.reference] = famille
                self.familles.append(famille)
                self._nouvelle_reference(Nature.FAMILLE, foyer.reference, valeurs_de_la_famille(foyer), famille=famille)
                self._tracer(famille, "famille.importee", {}, {})
            else:
                self._changer(familles[foyer.reference], famille_de=None, reference=reference, valeurs=valeurs)
                self._retenir(reference, valeurs_de_la_famille(foyer))
        return familles

    def _adulte(self, famille: Famille, adulte: Personne, rang: int) -> None:
        reference = self.connus.references.get((Nature.ADULTE, adulte.cle))
        if reference is not None and reference.responsable is not None:
            self._changer(reference.responsable, famille_de=famille, reference=reference, valeurs=adulte.valeurs)
            self._retenir(reference, adulte.valeurs)
            return
        deja = self.connus.rangs.get(famille.pk or 0, 0)
        if deja:
            self.connus.rangs[famille.pk] = rang = deja + 1
        responsable = Responsable(famille=famille, rang=rang, **adulte.valeurs)
        responsable.nom_recherche = _nom_d_adulte(responsable)
        self.adultes.append(responsable)
        self._nouvelle_reference(Nature.ADULTE, adulte.cle, adulte.valeurs, responsable=responsable)
        if famille.pk:
            self._tracer(famille, "famille.importee", {}, {"adulte ajouté": str(responsable)})

    def _enfant(self, famille: Famille, lu: Personne) -> None:
        reference = self.connus.references.get((Nature.ENFANT, lu.cle))
        if reference is not None and reference.enfant is not None:
            self._changer(reference.enfant, famille_de=famille, reference=reference, valeurs=lu.valeurs)
            self._retenir(reference, lu.valeurs)
            enfant = reference.enfant
        else:
            enfant = Enfant(cree_le=self.maintenant, **lu.valeurs)
            enfant.nom_recherche = normaliser(f"{enfant.nom} {enfant.prenom}")
            self.enfants.append(enfant)
            # Two households of the same batch may share it.
            nouvelle = self._nouvelle_reference(Nature.ENFANT, lu.cle, lu.valeurs, enfant=enfant)
            self.connus.references[(Nature.ENFANT, lu.cle)] = nouvelle
            if famille.pk:
                self._tracer(famille, "famille.importee", {}, {"enfant ajouté": str(enfant)})
        if enfant.pk is None or famille.pk is None or (enfant.pk, famille.pk) not in self.connus.liens:
            self.liens.append(Rattachement(enfant=enfant, famille=famille))

    def _quotient(self, famille: Famille, foyer: Foyer) -> None:
        """Add the quotient of the file when it is new; the one that ran until then stops the day before."""
        if "quotient" not in foyer.valeurs:
            return
        du, valeur = foyer.valeurs["quotient_du"], foyer.valeurs["quotient"]
        anciens = self.connus.quotients.get(famille.pk or 0, [])
        if any(quotient.du >= du for quotient in anciens):
            return
        for quotient in anciens[:1]:
            if quotient.au is None or quotient.au >= du:
                quotient.au = du - timedelta(days=1)
                self.quotients_finis.append(quotient)
        self.quotients.append(
            QuotientFamilial(
                famille=famille,
                valeur=valeur,
                du=du,
                source=SourceQuotient.MANUEL,
                auteur=self.importation.auteur,
                cree_le=self.maintenant,
            )
        )

    def _changer(
        self, objet: Any, *, famille_de: Famille | None, reference: ReferenceExterne, valeurs: dict[str, Any]
    ) -> None:
        """Write on an object what the file changed since the last time, and nothing else."""
        nouveaux = changements(valeurs, reference.empreintes)
        avant, apres, champs = {}, {}, []
        for attribut, valeur in nouveaux.items():
            ancien = getattr(objet, attribut)
            if ancien != valeur:
                nom = attribut.removesuffix("_id")
                avant[nom], apres[nom] = self._lisible(attribut, ancien), self._lisible(attribut, valeur)
                champs.append(attribut)
                setattr(objet, attribut, valeur)
        if not champs:
            return
        if isinstance(objet, Famille):
            objet.nom_recherche = normaliser(objet.nom)
        elif isinstance(objet, Responsable):
            objet.nom_recherche = _nom_d_adulte(objet)
        else:
            objet.nom_recherche = normaliser(f"{objet.nom} {objet.prenom}")
        if objet.pk is None:
            # Created by this very batch, for its other household.
            return
        self.changes[type(objet)][objet.pk] = objet
        self.champs[type(objet)] |= {*champs, "nom_recherche"}
        self._tracer(famille_de or objet, "famille.importee", avant, apres)

    def _retenir(self, reference: ReferenceExterne, valeurs: dict[str, Any]) -> None:
        nouvelles = {**reference.empreintes, **empreintes(valeurs)}
        if nouvelles != reference.empreintes:
            reference.empreintes = nouvelles
            if reference.pk:
                self.references_changees.append(reference)

    def _lisible(self, attribut: str, valeur: Any) -> str:
        """Write a value as the trail shows it; schools and classes by their names."""
        if attribut == "ecole_id":
            return next((str(ecole) for ecole in self.connus.ecoles.values() if ecole.pk == valeur), "")
        if attribut == "classe_id":
            return next((classe.nom for classe in self.connus.classes.values() if classe.pk == valeur), "")
        return "" if valeur is None else en_texte(valeur)

    def _nouvelle_reference(
        self, nature: Nature, identifiant: str, valeurs: dict[str, Any], **objet: Any
    ) -> ReferenceExterne:
        reference = ReferenceExterne(
            source=self.importation.source,
            nature=nature,
            identifiant=identifiant,
            empreintes=empreintes(valeurs),
            **objet,
        )
        self.references.append(reference)
        return reference

    def _tracer(self, famille: Famille, geste: str, avant: dict[str, str], apres: dict[str, str]) -> None:
        self.traces.append(
            Trace(
                geste=geste,
                objet="famille",
                objet_cle=famille.cle,
                libelle=f"{famille} – {self.importation}"[:200],
                famille_cle=famille.cle,
                auteur=self.importation.auteur,
                le=self.maintenant,
                avant=avant,
                apres=apres,
            )
        )

    def _enregistrer(self) -> None:
        """Write all of it: parents before children, and each kind at once."""
        for modele, objets in ((Famille, self.familles), (Responsable, self.adultes), (Enfant, self.enfants)):
            if objets:
                modele._default_manager.bulk_create(objets)
        for modele, changes in self.changes.items():
            modele._default_manager.bulk_update(changes.values(), sorted(self.champs[modele]), batch_size=500)
        if self.liens:
            Rattachement.objects.bulk_create(self.liens)
        if self.quotients or self.quotients_finis:
            with signature_du_service():
                QuotientFamilial.objects.bulk_update(self.quotients_finis, ["au"])
                QuotientFamilial.objects.bulk_create(self.quotients)
        ReferenceExterne.objects.bulk_create(self.references)
        ReferenceExterne.objects.bulk_update(self.references_changees, ["empreintes"], batch_size=500)
        Trace.objects.bulk_create(self.traces)


def _nom_d_adulte(adulte: Responsable) -> str:
    return normaliser(f"{adulte.nom} {adulte.nom_naissance} {adulte.prenom}")[:170]
