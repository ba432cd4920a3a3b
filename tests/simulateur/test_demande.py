"""The opening request: each parameter is checked as the protocol says, and all faults are named."""

from html import unescape
from urllib.parse import urlencode

import pytest

MAUVAIS = [
    ("numcli", "9909"),
    ("numcli", "0909090"),
    ("numcli", "09090A"),
    ("numcli", "०90909"),
    ("numcli", "090909\n"),
    ("exer", "18"),
    ("exer", "20180"),
    ("refdet", "ABC12"),
    ("refdet", "A" * 31),
    ("refdet", "REF-0007"),
    ("refdet", "RÉF0007"),
    ("objet", "a" * 100),
    ("objet", "cantine é"),
    ("objet", "<script>"),
    ("montant", "99"),
    ("montant", "050"),
    ("montant", "0525"),
    ("montant", "5,25"),
    ("montant", "5.25"),
    ("montant", "-525"),
    ("montant", "1000000"),
    ("montant", "9" * 5000),
    ("mel", "a@b.f"),
    ("mel", "a" * 75 + "@b.com"),
    ("mel", "famille.exemple.fr"),
    ("mel", "é@exemple.fr"),
    ("mel", "a@b@exemple.fr"),
    ("urlcl", "ftp://127.0.0.1/"),
    ("urlcl", "javascript:alert(1)"),
    ("urlcl", "http://127.0.0.1/" + "a" * 240),
    ("urlcl", "http://exemple.fr/notification/"),
    ("urlcl", "http://127.0.0.1@exemple.fr/"),
    ("urlcl", "http://127.0.0.1:port/"),
    ("saisie", "W"),
    ("saisie", "t"),
    ("saisie", "TA"),
]


@pytest.mark.parametrize(("champ", "valeur"), MAUVAIS)
def test_a_wrong_parameter_is_named_and_opens_nothing(simulateur, demande, champ, valeur):
    avant = len(simulateur.operations())
    statut, _, texte = simulateur.lire("/tpa/paiement.web?" + urlencode({**demande, champ: valeur}))
    assert statut == 400
    assert f"<code>{champ}</code>" in texte
    assert texte.count("<code>") == 1
    assert len(simulateur.operations()) == avant


@pytest.mark.parametrize("champ", ["numcli", "exer", "refdet", "montant", "mel", "urlcl", "saisie"])
def test_a_missing_parameter_is_named(simulateur, demande, champ):
    del demande[champ]
    statut, _, texte = simulateur.lire("/tpa/paiement.web?" + urlencode(demande))
    assert (statut, f"<code>{champ}</code> est obligatoire" in texte) == (400, True)


def test_all_faults_are_named_together(simulateur):
    statut, _, texte = simulateur.lire("/tpa/paiement.web")
    assert (statut, texte.count("est obligatoire")) == (400, 7)


def test_a_parameter_given_twice_is_refused(simulateur, demande):
    statut, _, texte = simulateur.lire("/tpa/paiement.web?" + urlencode(demande) + "&montant=100")
    assert (statut, "plusieurs fois" in texte) == (400, True)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("montant", "100"),
        ("montant", "999999"),
        ("refdet", "ABC123"),
        ("refdet", "A" * 30),
        ("objet", ""),
        ("objet", "a" * 99),
        ("mel", "a@b.fr"),
        ("mel", "a" * 71 + "@bcde.com"),
        ("saisie", "X"),
        ("saisie", "A"),
        ("saisie", "M"),
    ],
)
def test_the_bounds_themselves_are_accepted(simulateur, demande, champ, valeur):
    assert simulateur.ouvrir(**{**demande, champ: valeur}).startswith("/tpa/operation/")


def test_an_absent_object_is_echoed_empty(simulateur, recepteur, demande, carte):
    del demande["objet"]
    simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte)
    assert recepteur.attendre(1)[0]["objet"] == ""


def test_the_first_page_sums_up_the_payment(simulateur, demande):
    statut, _, texte = simulateur.lire(simulateur.ouvrir(**demande))
    texte = unescape(texte).replace("\u00a0", " ")
    attendus = ["5,25 €", "090909", demande["refdet"], demande["objet"], demande["mel"], "aucun argent n’est débité"]
    assert statut == 200
    assert [t for t in attendus if t not in texte] == []


@pytest.mark.parametrize(
    "requete",
    ["numcli=%00%ff&exer=%", "&".join(f"a{n}=1" for n in range(200)), "urlcl=http://[", "\x7f", "montant=%EF%BC%91"],
)
def test_nonsense_never_ends_in_an_error_500(simulateur, requete):
    assert simulateur.lire("/tpa/paiement.web?" + requete.replace("\x7f", "%7f"))[0] == 400


@pytest.mark.parametrize("chemin", ["/tpa", "/[", "//[/", "/tpa/operation/inconnue", "/statique/../serveur.py", "/%00"])
def test_an_unknown_address_is_not_found(simulateur, chemin):
    assert simulateur.lire(chemin)[0] == 404


def test_markup_is_escaped(simulateur, demande):
    demande["mel"] = "<b>&\"'@exemple.fr"
    texte = simulateur.lire(simulateur.ouvrir(**demande))[2]
    assert "<b>" not in texte
    assert "&lt;b&gt;&amp;&quot;&#x27;@exemple.fr" in texte


@pytest.mark.parametrize("chemin", ["/simulateur/", "/tpa/paiement.web", "/inconnue"])
def test_every_page_has_a_strict_content_policy(simulateur, chemin):
    _, entetes, texte = simulateur.lire(chemin)
    assert entetes["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert entetes["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in texte
    assert "style=" not in texte


def test_only_the_allowed_origins_can_be_notified(lancer, recepteur, demande):
    strict = lancer("--autorise", recepteur.origine, "--autorise", "https://famille.ville.fr")
    assert strict.ouvrir(**demande)
    assert strict.ouvrir(**{**demande, "urlcl": "https://famille.ville.fr/n/"})
    assert strict.lire("/tpa/paiement.web?" + urlencode({**demande, "urlcl": "http://127.0.0.1:9/n/"}))[0] == 400
