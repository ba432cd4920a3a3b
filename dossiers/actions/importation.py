"""Gestures on an import: receive, map, check, confirm, carry on, interrupt, throw away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left, Trim

from dossiers.enums import A_DECIDER, EN_COURS, Effet, EtatImportation, EtatLigne
from dossiers.erreurs import DossierRefuse
from dossiers.importation import analyse, referentiel
from dossiers.importation.colonnes import COLONNES
from dossiers.importation.ecriture import Ecrivain
from dossiers.importation.lecture import lire
from dossiers.models import Importation, LigneImportation
from familles.models import Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.traces import tracer

#: Households of one transaction: what a stopped worker does again.
FOYERS_PAR_LOT = 250
#: How long the lines of a file are kept once it is done, or left alone: they repeat personal data.
DUREE = timedelta(days=30)
#: Key of the advisory lock that lets one batch write at a time: codes follow each other, references are unique.
VERROU = 7_204_551
ESSAIS = 3


@transaction.atomic
def recevoir(*, contenu: bytes, nom: str, source: str, auteur: Utilisateur, maintenant: datetime) -> Importation:
    """Read a file and keep its lines; raise ``FichierIllisible`` when it cannot be read. No household is touched."""
    feuille = lire(contenu)
    importation = Importation.objects.create(
        source=source.strip().lower(),
        nom_fichier=nom[:200],
        entetes=feuille.entetes,
        nombre_lignes=len(feuille.lignes),
        auteur=auteur,
        cree_le=maintenant,
    )
    LigneImportation.objects.bulk_create(
        (LigneImportation(importation=importation, numero=numero, valeurs=cases) for numero, cases in feuille.lignes),
        batch_size=2000,
    )
    _tracer("import.recu", importation, auteur, maintenant, apres={"lignes": importation.nombre_lignes})
    return importation


def colonnes_deja_choisies(importation: Importation) -> dict[str, int] | None:
    """Return the mapping of the last import of the same product with the same titles, if any."""
    precedente = (
        Importation.objects.filter(source=importation.source, entetes=importation.entetes)
        .exclude(pk=importation.pk)
        .exclude(colonnes={})
        .first()
    )
    return precedente.colonnes if precedente else None


@transaction.atomic
def choisir_les_colonnes(
    *, importation: Importation, colonnes: Mapping[str, int], accepter_doublons: bool, maintenant: datetime
) -> Importation:
    """Say what each column is, and have the worker check every line: a dry run. Raise ``DossierRefuse``."""
    verrouillee = _verrouiller(importation)
    if verrouillee.etat not in {EtatImportation.CHARGEE, *A_DECIDER}:
        raise DossierRefuse(["Cet import est déjà lancé : ses colonnes ne changent plus."])
    manquantes = [c.libelle for c in COLONNES if c.obligatoire and c.nom not in colonnes]
    if manquantes:
        raise DossierRefuse([f"Indiquez la colonne « {libelle} »." for libelle in manquantes])
    verrouillee.colonnes = dict(colonnes)
    verrouillee.accepter_doublons = accepter_doublons
    verrouillee.etat, verrouillee.traitees = EtatImportation.VERIFICATION, 0
    verrouillee.save(update_fields=["colonnes", "accepter_doublons", "etat", "traitees"])
    case = KeyTextTransform(colonnes["famille.reference"], "valeurs")
    verrouillee.lignes.update(groupe=Left(Trim(case), 60), etat=EtatLigne.A_VERIFIER, effet="", problemes=[])
    transaction.on_commit(lambda: reveiller(verrouillee), robust=True)
    return verrouillee


@transaction.atomic
def confirmer(*, importation: Importation, auteur: Utilisateur, maintenant: datetime) -> Importation:
    """Have the checked households written. Raise ``DossierRefuse``: a second press finds it launched already."""
    verrouillee = _verrouiller(importation)
    if verrouillee.etat not in A_DECIDER:
        raise DossierRefuse(["Cet import est déjà lancé, ou n’est pas encore vérifié."])
    if not verrouillee.lignes.filter(etat=EtatLigne.VALIDE).exists():
        raise DossierRefuse(["Aucune ligne n’est prête : corrigez le fichier et déposez-le de nouveau."])
    verrouillee.etat, verrouillee.confirmee_le = EtatImportation.ECRITURE, maintenant
    # What the dry run found unchanged is done: it is not read a second time. Nor is what it refused.
    inchangees = verrouillee.lignes.filter(etat=EtatLigne.VALIDE, effet=Effet.INCHANGEE).update(etat=EtatLigne.ECRITE)
    verrouillee.traitees = inchangees + verrouillee.lignes.filter(etat=EtatLigne.REFUSEE).count()
    verrouillee.save(update_fields=["etat", "confirmee_le", "traitees"])
    _tracer("import.confirme", verrouillee, auteur, maintenant)
    transaction.on_commit(lambda: reveiller(verrouillee), robust=True)
    return verrouillee


@transaction.atomic
def interrompre(*, importation: Importation, auteur: Utilisateur, maintenant: datetime) -> None:
    """Stop after the batch under way; what is written stays, the rest waits for ``reprendre``."""
    verrouillee = _verrouiller(importation)
    if verrouillee.etat != EtatImportation.ECRITURE:
        raise DossierRefuse(["Cet import n’est pas en train d’écrire."])
    verrouillee.etat = EtatImportation.INTERROMPUE
    verrouillee.save(update_fields=["etat"])
    _tracer("import.interrompu", verrouillee, auteur, maintenant)


@transaction.atomic
def reprendre(*, importation: Importation, auteur: Utilisateur, maintenant: datetime) -> None:
    """Go on where it stopped; harmless for one that is under way."""
    verrouillee = _verrouiller(importation)
    if verrouillee.etat == EtatImportation.INTERROMPUE:
        verrouillee.etat = EtatImportation.ECRITURE
        verrouillee.save(update_fields=["etat"])
        _tracer("import.repris", verrouillee, auteur, maintenant)
    elif verrouillee.etat not in EN_COURS:
        raise DossierRefuse(["Cet import n’attend rien."])
    transaction.on_commit(lambda: reveiller(verrouillee), robust=True)


@transaction.atomic
def jeter(*, importation: Importation, auteur: Utilisateur, maintenant: datetime) -> None:
    """Throw away the lines of a file; the households that it wrote stay. Raise ``DossierRefuse`` while it works."""
    verrouillee = _verrouiller(importation)
    if verrouillee.etat in EN_COURS:
        raise DossierRefuse(["Cet import est en cours : attendez sa fin, ou interrompez-le."])
    _tracer("import.jete", verrouillee, auteur, maintenant)
    verrouillee.delete()


def purger(*, maintenant: datetime) -> int:
    """Delete the lines of the files that are old: what they said is on the households, or was never confirmed."""
    anciennes = Importation.objects.filter(cree_le__lt=maintenant - DUREE).exclude(etat__in=EN_COURS)
    supprimees, _ = LigneImportation.objects.filter(importation__in=anciennes).delete()
    return supprimees


def reveiller(importation: Importation) -> None:
    """Wake the worker up; when the queue is away, the beat finds the import within a minute."""
    from dossiers.tasks import avancer_l_importation  # noqa: PLC0415 - tasks import this module

    avancer_l_importation.delay(importation.pk)


def avancer(*, importation_id: int, maintenant: datetime) -> bool:
    """Do the next batch of an import; return whether there was one. A crash loses that batch only: it is done again.

    Somebody else may have taken a code or a reference meanwhile: the batch is then read and written again.
    """
    for essai in range(ESSAIS):
        try:
            return _un_lot(importation_id, maintenant)
        except IntegrityError:
            if essai == ESSAIS - 1:
                raise
    return False


@transaction.atomic
def _un_lot(importation_id: int, maintenant: datetime) -> bool:
    importation = (
        Importation.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("auteur")
        .filter(pk=importation_id, etat__in=EN_COURS)
        .first()
    )
    if importation is None:
        return False
    ecriture = importation.etat == EtatImportation.ECRITURE
    lignes = _lignes_du_lot(importation, EtatLigne.VALIDE if ecriture else EtatLigne.A_VERIFIER)
    if not lignes:
        _conclure(importation, maintenant)
        return False
    if ecriture:
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
    foyers = analyse.analyser(lignes, importation.colonnes, aujourdhui(maintenant))
    analyse.comparer_les_enfants_partages(foyers, _memes_enfants_ailleurs(importation, foyers), importation.colonnes)
    connus = referentiel.charger(importation, foyers)
    referentiel.controler(importation, foyers, connus)
    admis = [foyer for foyer in foyers if not foyer.est_refuse]
    for foyer in foyers:
        juge = EtatLigne.ECRITE if ecriture else EtatLigne.VALIDE
        for ligne in foyer.lignes:
            ligne.etat = EtatLigne.REFUSEE if foyer.est_refuse else juge
            ligne.effet = "" if foyer.est_refuse else referentiel.effet(foyer, connus)
    if ecriture:
        a_ecrire = [foyer for foyer in admis if foyer.lignes[0].effet != Effet.INCHANGEE]
        Ecrivain(importation, connus, maintenant).ecrire(a_ecrire)
    # An upsert by the primary key: much cheaper than the long CASE of ``bulk_update``.
    LigneImportation.objects.bulk_create(
        lignes, update_conflicts=True, unique_fields=["id"], update_fields=["etat", "effet", "problemes"]
    )
    Importation.objects.filter(pk=importation.pk).update(traitees=F("traitees") + len(lignes))
    return True


def _lignes_du_lot(importation: Importation, etat: EtatLigne) -> list[LigneImportation]:
    """Return all the lines of the next households, in the order of the file inside each."""
    a_faire = importation.lignes.filter(etat=etat)
    groupes = list(a_faire.order_by("groupe").values_list("groupe", flat=True).distinct()[:FOYERS_PAR_LOT])
    return list(a_faire.filter(groupe__in=groupes).order_by("groupe", "numero")) if groupes else []


def _memes_enfants_ailleurs(importation: Importation, foyers: list[analyse.Foyer]) -> list[LigneImportation]:
    """Return the lines of other households that name a child of this batch: both must say the same of it."""
    rang = importation.colonnes.get("enfant.reference")
    references = {cle for foyer in foyers for cle in foyer.enfants if not cle.startswith(f"{foyer.reference}/")}
    if rang is None or not references:
        return []
    return list(
        importation.lignes.annotate(enfant_reference=KeyTextTransform(rang, "valeurs"))
        .filter(enfant_reference__in=references)
        .exclude(groupe__in=[foyer.reference for foyer in foyers])
    )


def _conclure(importation: Importation, maintenant: datetime) -> None:
    if importation.etat == EtatImportation.VERIFICATION:
        a_ecrire = importation.lignes.filter(etat=EtatLigne.VALIDE).exclude(effet=Effet.INCHANGEE).exists()
        importation.etat = EtatImportation.VERIFIEE if a_ecrire else EtatImportation.SANS_EFFET
        importation.save(update_fields=["etat"])
        return
    importation.etat, importation.terminee_le = EtatImportation.TERMINEE, maintenant
    importation.save(update_fields=["etat", "terminee_le"])
    refusees = importation.lignes.filter(etat=EtatLigne.REFUSEE).count()
    _tracer("import.termine", importation, importation.auteur, maintenant, apres={"lignes refusées": refusees})


def _verrouiller(importation: Importation) -> Importation:
    return Importation.objects.select_for_update().get(pk=importation.pk)


def _tracer(
    geste: str,
    importation: Importation,
    auteur: Utilisateur,
    maintenant: datetime,
    apres: Mapping[str, object] | None = None,
) -> None:
    tracer(
        geste=geste,
        objet="importation",
        objet_cle=importation.cle,
        libelle=str(importation),
        auteur=auteur,
        maintenant=maintenant,
        apres=apres,
    )
