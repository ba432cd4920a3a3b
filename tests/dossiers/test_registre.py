"""Each model that reaches a household says what becomes of it, field by field."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from dossiers import registre
from facturation.models import LigneFacture
from familles.models import Famille
from portail.commun.donnees import TECHNIQUES, Politique, Sort
from reservations.models import Presence

ECRITES = {politique.modele for politique in registre.politiques()}


def test_every_model_that_touches_a_household_has_declared_its_policy():
    touches = registre.modeles_qui_touchent_un_foyer(registre.politiques())
    assert touches - ECRITES == set(), "à déclarer dans <app>/donnees_personnelles.py"
    # A line of a file names its household by its cells only.
    assert ECRITES - touches == {"dossiers.LigneImportation"}, "déclarés sans raison : ils ne touchent aucun foyer"


@pytest.fixture
def avec_un_modele_de_plus(monkeypatch):
    """Make Django know one model more for the time of a test."""
    connus = list(apps.get_models(include_auto_created=True))

    def ajouter(modele):
        monkeypatch.setattr(apps, "get_models", lambda **options: [*connus, modele])
        apps.get_model("familles", "Famille")._meta._expire_cache()
        _oublier()

    def _oublier():
        for modele in connus:
            modele._meta._expire_cache()
            modele._meta.__dict__.pop("_relation_tree", None)

    yield ajouter
    monkeypatch.undo()
    _oublier()


@pytest.mark.parametrize(
    "champ",
    [
        lambda: models.ForeignKey(Famille, on_delete=models.CASCADE, related_name="+"),
        lambda: models.OneToOneField(Presence, on_delete=models.PROTECT, related_name="+"),
        lambda: models.ForeignKey(LigneFacture, on_delete=models.PROTECT),
        lambda: models.EmailField(),
        lambda: models.UUIDField(),
    ],
    ids=["hidden link", "far link", "farther link", "address", "key without a link"],
)
def test_a_new_model_that_nobody_declared_is_seen(champ, avec_un_modele_de_plus):
    """Negative control: the guard above turns red, whatever the link."""
    with isolate_apps("dossiers"):

        class Oubliee(models.Model):  # noqa: DJ008
            contact_cle = champ()

            class Meta:
                app_label = "dossiers"

    avec_un_modele_de_plus(Oubliee)
    assert "dossiers.Oubliee" in registre.modeles_qui_touchent_un_foyer(registre.politiques()) - ECRITES


@pytest.mark.parametrize("politique", registre.du_foyer(), ids=lambda p: f"{p.modele} {p.sort.name}")
def test_every_field_is_exported_or_left_out_by_name(politique):
    """A field added to a model is never kept from a household by silence."""
    if politique.sort is Sort.DETACHER and not politique.exporte and not politique.tus:
        assert politique.modele in {p.modele for p in registre.du_foyer() if p.exporte}
        return
    nommes = {nom.partition(".")[0] for nom in (*politique.exporte, *politique.service, *politique.tus)}
    champs = {champ.name for champ in politique.classe._meta.concrete_fields} - TECHNIQUES
    assert champs - nommes == set(), "à exporter ou à taire"
    assert nommes - champs == set(), "ces champs n’existent pas"


#: What a row made anonymous keeps, and why it says nothing of anybody.
GARDES = {
    "familles.Famille": {"id", "cle", "code", "cree_le", "archivee_le"},
    "familles.Utilisateur": {"id", "cle", "is_staff", "is_superuser", "date_joined"},
    "enfants.Enfant": {"id", "cle", "cree_le"},
    "commun.Courriel": {
        "id",
        "cle",
        "nom",
        "famille_cle",
        "confidentiel",
        "essais",
        "prochain_essai_le",
        "reserve_jusqu_au",
        "cree_le",
        "envoye_le",
    },
    "commun.Trace": {"id", "le", "auteur", "geste", "objet", "objet_cle", "famille_cle"},
    "admin.LogEntry": {"id", "action_time", "user", "content_type", "object_id", "action_flag"},
}


@pytest.mark.parametrize(
    "politique", [p for p in registre.du_foyer() if p.sort is Sort.ANONYMISER], ids=lambda p: p.modele
)
def test_every_field_of_a_row_made_anonymous_is_blanked_or_kept_by_name(politique):
    champs = {champ.name for champ in politique.classe._meta.concrete_fields}
    assert champs - set(politique.blancs) - GARDES[politique.modele] == set(), "à vider ou à garder"


def test_a_policy_without_a_reason_or_without_rows_is_refused():
    with pytest.raises(ValueError, match="raison"):
        Politique("familles.Famille", Sort.EFFACER, "", lambda p: models.Q())
    with pytest.raises(ValueError, match="lignes"):
        Politique("familles.Famille", Sort.EFFACER, "Parce que.")
