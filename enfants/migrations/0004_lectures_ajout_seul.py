from django.db import migrations

AJOUT_SEUL = """
CREATE TRIGGER lecture_sante_ajout_seul BEFORE UPDATE OR DELETE ON enfants_lecturesante
    FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul();
"""


class Migration(migrations.Migration):
    dependencies = [("enfants", "0003_listes_de_depart"), ("commun", "0003_traces_et_cache")]

    operations = [migrations.RunSQL(AJOUT_SEUL, "DROP TRIGGER lecture_sante_ajout_seul ON enfants_lecturesante;")]
