"""Every piece of data of the household sheet, and what the town lets parents do with it unless it says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from familles.enums import Politique

ADRESSE = ("adresse", "complement", "code_postal", "ville", "pays")
#: What is known of an adult, in a household as in the request for one.
ADULTE = (
    "civilite",
    "nom",
    "nom_naissance",
    "prenom",
    "lien",
    "date_naissance",
    "autorite_parentale",
    "email",
    "telephone_mobile",
    "telephone_travail",
    "profession",
    "employeur",
    *ADRESSE,
)


@dataclass(frozen=True)
class Champ:
    """One piece of data; ``nom``, as ``famille.x``, ``responsable.x`` or ``enfant.x``, is stable and names the field.

    Children are another app's, above this one: their data are named here, and written there.
    """

    nom: str
    libelle: str
    defaut: Politique = Politique.MODIFIABLE

    @property
    def objet(self) -> str:
        return self.nom.partition(".")[0]

    @property
    def attribut(self) -> str:
        return self.nom.partition(".")[2]

    @property
    def libelle_complet(self) -> str:
        """Say whose it is: « Nom » is a piece of data of adults and of children."""
        return f"{DE_QUI[self.objet]} – {self.libelle}"


DE_QUI = {"famille": "Famille", "responsable": "Adulte", "enfant": "Enfant"}
CHAMPS = (
    Champ("famille.adresse", "Adresse", Politique.OBLIGATOIRE),
    Champ("famille.complement", "Complément d’adresse"),
    Champ("famille.code_postal", "Code postal", Politique.OBLIGATOIRE),
    Champ("famille.ville", "Ville", Politique.OBLIGATOIRE),
    Champ("famille.pays", "Pays"),
    Champ("famille.telephone", "Téléphone du domicile"),
    Champ("famille.situation", "Situation familiale"),
    Champ("famille.regime", "Régime", Politique.ATTENTE),
    Champ("famille.numero_allocataire", "N° allocataire", Politique.ATTENTE),
    Champ("responsable.civilite", "Civilité"),
    Champ("responsable.nom", "Nom", Politique.ATTENTE),
    Champ("responsable.nom_naissance", "Nom de naissance"),
    Champ("responsable.prenom", "Prénom", Politique.ATTENTE),
    Champ("responsable.date_naissance", "Date de naissance"),
    Champ("responsable.lien", "Lien avec les enfants"),
    Champ("responsable.autorite_parentale", "Autorité parentale", Politique.AFFICHE),
    Champ("responsable.telephone_mobile", "Téléphone portable"),
    Champ("responsable.telephone_travail", "Téléphone professionnel"),
    Champ("responsable.email", "Adresse électronique de contact"),
    Champ("responsable.profession", "Profession"),
    Champ("responsable.employeur", "Employeur"),
    Champ("responsable.activite", "Activité", Politique.ATTENTE),
    Champ("responsable.adresse", "Adresse"),
    Champ("responsable.complement", "Complément d’adresse"),
    Champ("responsable.code_postal", "Code postal"),
    Champ("responsable.ville", "Ville"),
    Champ("responsable.pays", "Pays"),
    Champ("enfant.nom", "Nom", Politique.AFFICHE),
    Champ("enfant.prenom", "Prénom", Politique.AFFICHE),
    Champ("enfant.sexe", "Sexe", Politique.AFFICHE),
    Champ("enfant.date_naissance", "Date de naissance", Politique.AFFICHE),
    Champ("enfant.lieu_naissance", "Lieu de naissance"),
    Champ("enfant.departement_naissance", "Département de naissance"),
    Champ("enfant.ecole", "École", Politique.AFFICHE),
    Champ("enfant.niveau", "Niveau", Politique.AFFICHE),
    Champ("enfant.classe", "Classe", Politique.AFFICHE),
    Champ("enfant.menu", "Menu à la cantine"),
)
PAR_NOM = {champ.nom: champ for champ in CHAMPS}
#: Sections of the sheet, each with its own « Enregistrer ».
SECTION_FAMILLE = tuple(champ for champ in CHAMPS if champ.objet == "famille")
SECTION_RESPONSABLE = tuple(champ for champ in CHAMPS if champ.objet == "responsable")
SECTION_ENFANT = tuple(champ for champ in CHAMPS if champ.objet == "enfant")
