from django.db import migrations

#: Hours were those of every day, whatever the kind of days said; a surcharge counted only where it was chosen.
MEMES_HEURES = "UPDATE reservations_regledelai SET type_jours = 'calendaires' WHERE genre = 'heures'"
SANS_EFFET = """
    UPDATE {table} SET majoration_montant = NULL, majoration_pourcent = NULL WHERE apres_delai <> 'majoration'
"""


class Migration(migrations.Migration):
    dependencies = [("reservations", "0015_prereservation_et_attribution")]

    operations = [
        migrations.RunSQL(MEMES_HEURES, migrations.RunSQL.noop),
        migrations.RunSQL(SANS_EFFET.format(table="reservations_periode"), migrations.RunSQL.noop),
        migrations.RunSQL(SANS_EFFET.format(table="reservations_regleparticuliere"), migrations.RunSQL.noop),
    ]
