import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

#: Whoever makes a créneau, its room is there: no path of the program can forget it.
DANS_SA_SALLE = """
CREATE FUNCTION reservations_creneau_dans_sa_salle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE la_salle bigint;
BEGIN
    SELECT salle_id INTO la_salle FROM reservations_prestation WHERE id = NEW.prestation_id;
    IF la_salle IS NULL OR NEW.jour_salle_id IS NOT NULL THEN
        RETURN NEW;
    END IF;
    INSERT INTO reservations_joursalle (salle_id, jour, capacite, places_prises)
    SELECT id, NEW.jour, capacite_par_jour, 0 FROM reservations_salle WHERE id = la_salle
    ON CONFLICT DO NOTHING;
    UPDATE reservations_joursalle SET places_prises = places_prises + NEW.places_prises
    WHERE salle_id = la_salle AND jour = NEW.jour
    RETURNING id INTO NEW.jour_salle_id;
    RETURN NEW;
END $$;
CREATE TRIGGER creneau_dans_sa_salle BEFORE INSERT ON reservations_creneau
FOR EACH ROW EXECUTE FUNCTION reservations_creneau_dans_sa_salle();
"""
DEFAIRE = """
DROP TRIGGER creneau_dans_sa_salle ON reservations_creneau;
DROP FUNCTION reservations_creneau_dans_sa_salle();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enfants", "0005_garde_et_scolarite"),
        ("reservations", "0009_regles_de_periode"),
    ]

    operations = [
        migrations.CreateModel(
            name="JourSalle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jour", models.DateField(verbose_name="jour")),
                ("capacite", models.PositiveIntegerField(verbose_name="places")),
                ("places_prises", models.PositiveIntegerField(default=0, verbose_name="places prises")),
            ],
            options={
                "verbose_name": "jour d’une salle partagée",
                "verbose_name_plural": "jours des salles partagées",
                "ordering": ["jour", "salle"],
            },
        ),
        migrations.CreateModel(
            name="LienPrestation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "genre",
                    models.CharField(
                        choices=[
                            ("exige", "exige (l’une de celles citées)"),
                            ("exclut", "exclut"),
                            ("ajoute", "ajoute"),
                        ],
                        max_length=10,
                        verbose_name="lien",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien entre prestations",
                "verbose_name_plural": "liens entre prestations",
                "ordering": ["prestation", "genre", "autre"],
            },
        ),
        migrations.CreateModel(
            name="Salle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cle", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="clé")),
                ("nom", models.CharField(max_length=80, verbose_name="nom")),
                (
                    "capacite_par_jour",
                    models.PositiveIntegerField(
                        default=30,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="places par jour",
                    ),
                ),
            ],
            options={
                "verbose_name": "salle partagée",
                "verbose_name_plural": "salles partagées",
                "ordering": ["etablissement", "nom"],
            },
        ),
        migrations.AddField(
            model_name="choixbrouillon",
            name="arrivee",
            field=models.TimeField(blank=True, null=True, verbose_name="arrivée"),
        ),
        migrations.AddField(
            model_name="choixbrouillon",
            name="depart",
            field=models.TimeField(blank=True, null=True, verbose_name="départ"),
        ),
        migrations.AddField(
            model_name="lignedemande",
            name="arrivee",
            field=models.TimeField(blank=True, null=True, verbose_name="arrivée"),
        ),
        migrations.AddField(
            model_name="lignedemande",
            name="depart",
            field=models.TimeField(blank=True, null=True, verbose_name="départ"),
        ),
        migrations.AddField(
            model_name="lignedemande",
            name="precision",
            field=models.CharField(blank=True, max_length=200, verbose_name="précision"),
        ),
        migrations.AddField(
            model_name="presence",
            name="arrivee",
            field=models.TimeField(blank=True, null=True, verbose_name="arrivée"),
        ),
        migrations.AddField(
            model_name="presence",
            name="depart",
            field=models.TimeField(blank=True, null=True, verbose_name="départ"),
        ),
        migrations.AddField(
            model_name="prestation",
            name="description",
            field=models.TextField(
                blank=True,
                help_text="Ce que la famille lit : programme, affaires à prévoir, lieu de rendez-vous.",
                verbose_name="description",
            ),
        ),
        migrations.AddField(
            model_name="prestation",
            name="genre",
            field=models.CharField(
                choices=[
                    ("simple", "Simple : réservée ou non chaque jour"),
                    ("heures", "À l’heure : arrivée et départ chaque jour, demi-heure commencée due"),
                    ("sortie", "Sortie : un seul jour, avec ses places et sa date limite"),
                ],
                default="simple",
                max_length=10,
                verbose_name="genre",
            ),
        ),
        migrations.AddField(
            model_name="prestation",
            name="jour_unique",
            field=models.DateField(blank=True, null=True, verbose_name="jour de la sortie"),
        ),
        migrations.AddField(
            model_name="prestation",
            name="reponse_avant_le",
            field=models.DateTimeField(blank=True, null=True, verbose_name="réponse avant le"),
        ),
        migrations.AddConstraint(
            model_name="choixbrouillon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrivee", None), ("depart", None)),
                    models.Q(("arrivee__isnull", False), ("depart__gt", models.F("arrivee"))),
                    _connector="OR",
                ),
                name="brouillon_heures_ordonnees",
                violation_error_message="Le départ suit l’arrivée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lignedemande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrivee", None), ("depart", None)),
                    models.Q(("arrivee__isnull", False), ("depart__gt", models.F("arrivee"))),
                    _connector="OR",
                ),
                name="ligne_demande_heures_ordonnees",
                violation_error_message="Le départ suit l’arrivée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arrivee", None), ("depart", None)),
                    models.Q(("arrivee__isnull", False), ("depart__gt", models.F("arrivee"))),
                    _connector="OR",
                ),
                name="presence_heures_ordonnees",
                violation_error_message="Le départ suit l’arrivée.",
            ),
        ),
        migrations.AddField(
            model_name="creneau",
            name="jour_salle",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="creneaux",
                to="reservations.joursalle",
                verbose_name="jour de la salle partagée",
            ),
        ),
        migrations.AddField(
            model_name="lienprestation",
            name="autre",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="liens_inverses",
                to="reservations.prestation",
                verbose_name="autre prestation",
            ),
        ),
        migrations.AddField(
            model_name="lienprestation",
            name="prestation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="liens",
                to="reservations.prestation",
                verbose_name="prestation",
            ),
        ),
        migrations.AddField(
            model_name="salle",
            name="etablissement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="salles",
                to="reservations.etablissement",
                verbose_name="établissement",
            ),
        ),
        migrations.AddField(
            model_name="joursalle",
            name="salle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jours",
                to="reservations.salle",
                verbose_name="salle",
            ),
        ),
        migrations.AddField(
            model_name="prestation",
            name="salle",
            field=models.ForeignKey(
                blank=True,
                help_text="Vide : ses places ne sont partagées avec aucune autre prestation.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="prestations",
                to="reservations.salle",
                verbose_name="salle partagée",
            ),
        ),
        migrations.AddConstraint(
            model_name="prestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("genre", "sortie"), ("jour_unique__isnull", False)),
                    models.Q(
                        models.Q(("genre", "sortie"), _negated=True), ("jour_unique", None), ("reponse_avant_le", None)
                    ),
                    _connector="OR",
                ),
                name="prestation_sortie_a_son_jour",
                violation_error_message="Une sortie a son jour ; les autres n’ont ni jour ni date limite à elles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("genre", "heures"), _negated=True),
                    models.Q(
                        ("heure_debut__isnull", False),
                        ("heure_fin__gt", models.F("heure_debut")),
                        ("heure_fin__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="prestation_a_l_heure_bornee",
                violation_error_message="Une prestation à l’heure a une heure de début et une heure de fin.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lienprestation",
            constraint=models.UniqueConstraint(
                fields=("prestation", "autre"),
                name="lien_prestation_unique",
                violation_error_message="Ces deux prestations sont déjà liées.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lienprestation",
            constraint=models.CheckConstraint(
                condition=models.Q(("prestation", models.F("autre")), _negated=True),
                name="lien_prestation_entre_deux",
                violation_error_message="Une prestation n’est pas liée à elle-même.",
            ),
        ),
        migrations.AddConstraint(
            model_name="salle",
            constraint=models.UniqueConstraint(
                fields=("etablissement", "nom"),
                name="salle_nom_unique",
                violation_error_message="Cet établissement a déjà une salle de ce nom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="joursalle",
            constraint=models.UniqueConstraint(fields=("salle", "jour"), name="jour_salle_unique"),
        ),
        migrations.AddConstraint(
            model_name="joursalle",
            constraint=models.CheckConstraint(
                condition=models.Q(("places_prises__gte", 0), ("places_prises__lte", models.F("capacite"))),
                name="jour_salle_places_entre_zero_et_capacite",
                violation_error_message="La capacité ne peut pas descendre sous le nombre de places prises.",
            ),
        ),
        migrations.RunSQL(DANS_SA_SALLE, DEFAIRE),
    ]
