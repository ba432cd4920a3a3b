"""The crispy pack: labels seen, hints and errors tied to their field, a summary that leads there, nothing lost."""

import pytest
from bs4 import BeautifulSoup
from crispy_forms import bootstrap
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Field, Fieldset, Layout, Row, Submit
from django import forms
from django.template import Context, Template


class FormulaireComplet(forms.Form):
    nom = forms.CharField(label="Nom", help_text="Celui du livret.")
    naissance = forms.DateField(label="Né le", help_text="Exemple : 15/02/2018.")
    ville = forms.CharField(label="Ville", required=False)
    ecole = forms.ChoiceField(label="École", choices=[("", "—"), ("ab", "Alain Boutle")], required=False)
    repas = forms.ChoiceField(
        label="Repas", help_text="Un seul.", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    jours = forms.MultipleChoiceField(label="Jours", choices=[("1", "lundi")], widget=forms.CheckboxSelectMultiple)
    aide = forms.DecimalField(label="Aide", required=False, min_value=0)
    fichier = forms.FileField(label="Fichier", required=False)
    accord = forms.BooleanField(label="J’accepte", help_text="Le règlement.")
    jeton = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("ville") == "Nulle part":
            raise forms.ValidationError("Cette ville n’existe pas.")


def rendre(formulaire, gabarit="{% crispy formulaire %}") -> BeautifulSoup:
    page = Template("{% load crispy_forms_tags %}" + gabarit).render(Context({"formulaire": formulaire}))
    return BeautifulSoup(page, "html.parser")


@pytest.fixture
def errone():
    return rendre(FormulaireComplet({"nom": "", "naissance": "31/02/2018", "ville": "Nulle part", "aide": "-3"}))


def decrit(page, controle):
    """Text of all that a screen reader reads after the name of the control."""
    identifiants = controle.get("aria-describedby", "").split()
    return " ".join(page.find(id=identifiant).get_text(" ", strip=True) for identifiant in identifiants)


def test_every_control_has_a_visible_label():
    page = rendre(FormulaireComplet())
    for controle in page.select("input:not([type=hidden]), select, textarea"):
        libelles = page.select(f'label[for="{controle["id"]}"]')
        assert len(libelles) == 1, controle
        assert "invisible" not in libelles[0].get("class", [])


def test_the_hint_and_the_error_are_tied_to_their_field(errone):
    naissance = errone.find(id="id_naissance")
    assert decrit(errone, naissance) == "Exemple : 15/02/2018. Erreur\u00a0: Saisissez une date valide."
    assert naissance["aria-invalid"] == "true"


def test_a_valid_field_is_not_said_to_be_wrong(errone):
    ecole = errone.find(id="id_ecole")
    assert not ecole.has_attr("aria-invalid")
    assert not ecole.has_attr("aria-describedby")


def test_a_group_of_radios_is_a_fieldset_whose_legend_and_error_are_read(errone):
    groupe = errone.find(id="id_repas").find_parent("fieldset")
    assert groupe.legend.get_text(" ", strip=True) == "Repas (obligatoire)"
    assert decrit(errone, groupe) == "Un seul. Erreur\u00a0: Ce champ est obligatoire."


def test_a_group_of_boxes_is_a_fieldset(errone):
    assert errone.find(id="id_jours").find_parent("fieldset").legend.get_text(strip=True).startswith("Jours")


def test_a_single_box_has_its_label_after_it_its_hint_and_its_error(errone):
    boite = errone.find(id="id_accord")
    assert boite.find_next_sibling("label").get_text(" ", strip=True) == "J’accepte (obligatoire)"
    assert decrit(errone, boite) == "Le règlement. Erreur\u00a0: Ce champ est obligatoire."


def test_required_is_said_in_words():
    page = rendre(FormulaireComplet())
    assert "(obligatoire)" in page.select_one("label[for=id_nom]").get_text()
    assert "(obligatoire)" not in page.select_one("label[for=id_ville]").get_text()


def test_a_form_may_rather_mark_what_is_optional():
    formulaire = FormulaireComplet()
    formulaire.helper = FormHelper(formulaire)
    formulaire.helper.mention = "facultatif"
    page = rendre(formulaire)
    assert "(facultatif)" in page.select_one("label[for=id_ville]").get_text()
    assert "(" not in page.select_one("label[for=id_nom]").get_text()


def test_the_summary_leads_to_each_field_in_error(errone):
    sommaire = errone.select_one("[role=alert]")
    cibles = [lien["href"].removeprefix("#") for lien in sommaire.select("a")]
    assert cibles == ["id_nom", "id_naissance", "id_repas_0", "id_jours_0", "id_aide", "id_accord"]
    assert all(errone.find(id=cible).name == "input" for cible in cibles)
    assert "7 points sont à corriger" in sommaire.h2.get_text()


def test_the_summary_says_the_errors_of_the_whole_form(errone):
    assert "Cette ville n’existe pas." in errone.select_one("[role=alert]").get_text()


def test_the_summary_can_take_the_focus_and_is_absent_without_error(errone):
    assert errone.select_one("[role=alert]")["tabindex"] == "-1"
    assert rendre(FormulaireComplet()).select("[role=alert]") == []


def test_what_was_typed_is_kept(errone):
    assert errone.find(id="id_naissance")["value"] == "31/02/2018"
    assert errone.find(id="id_ville")["value"] == "Nulle part"


def test_the_browser_lets_the_server_say_what_is_wrong():
    """Bubbles of a browser vanish, speak its own language and escape screen readers."""
    assert rendre(FormulaireComplet()).form.has_attr("novalidate")


def test_a_form_with_a_file_is_sent_as_such():
    assert rendre(FormulaireComplet()).form["enctype"] == "multipart/form-data"


def test_a_hidden_field_has_neither_label_nor_frame():
    jeton = rendre(FormulaireComplet()).find(id="id_jeton")
    assert jeton.find_parent(class_="champ") is None


def test_the_filter_renders_the_same_fields():
    page = rendre(FormulaireComplet({"nom": ""}), "{{ formulaire|crispy }}")
    assert "Ce champ est obligatoire." in decrit(page, page.find(id="id_nom"))


def test_every_layout_of_the_pack_renders_its_fields():
    formulaire = FormulaireComplet()
    formulaire.helper = FormHelper()
    formulaire.helper.layout = Layout(
        Fieldset("Identité", Row(Column("nom"), Column(Field("naissance", css_class="court")))),
        Div(bootstrap.FieldWithButtons("ville", bootstrap.StrictButton("Chercher", css_class="bouton")), "ecole"),
        bootstrap.InlineRadios("repas"),
        bootstrap.InlineCheckboxes("jours"),
        bootstrap.AppendedText("aide", "€"),
        bootstrap.FormActions(Submit("envoi", "Enregistrer")),
    )
    page = rendre(formulaire)
    assert page.find("legend", string="Identité")
    assert page.find(id="id_naissance")["class"][0] == "court"
    assert page.find(id="id_ville").find_next_sibling("button").get_text() == "Chercher"
    assert page.find(id="id_repas").find_parent(class_="choix-en-ligne")
    assert page.find(id="id_jours").find_parent(class_="choix-en-ligne")
    assert page.find(id="id_aide").find_next_sibling("span").get_text() == "€"
    assert page.find("button", {"type": "submit"}).get_text() == "Enregistrer"


@pytest.fixture
def lignes_erronees():
    lignes = forms.formset_factory(FormulairePersonne, extra=0)
    donnees = {
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-prenom": "Léa",
        "form-1-prenom": "",
        "form-1-tel": "1",
    }
    return lignes(donnees)


class FormulairePersonne(forms.Form):
    prenom = forms.CharField(label="Prénom")
    tel = forms.CharField(label="Téléphone", required=False)


@pytest.mark.parametrize("gabarit", [None, "portail/table_inline_formset.html"])
def test_the_lines_of_a_formset_tell_which_one_is_wrong(lignes_erronees, gabarit):
    lignes_erronees.helper = FormHelper()
    lignes_erronees.helper.template = gabarit
    page = rendre(lignes_erronees)
    lien = page.select_one("[role=alert] a")
    assert lien.get_text() == "Ligne 2, Prénom\u00a0: Ce champ est obligatoire."
    assert decrit(page, page.find(id=lien["href"][1:])) == "Erreur\u00a0: Ce champ est obligatoire."
    assert page.find(id="id_form-0-prenom")["value"] == "Léa"
