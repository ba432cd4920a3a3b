from django.db import migrations

FIGER = """
CREATE FUNCTION reservations_version_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.publiee_le IS NOT NULL THEN
        RAISE EXCEPTION 'une version publiée d''un règlement ne change plus' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER version_figee BEFORE UPDATE OR DELETE ON reservations_versionreglement
FOR EACH ROW EXECUTE FUNCTION reservations_version_figee();
CREATE TRIGGER acceptation_ajout_seul BEFORE UPDATE OR DELETE ON reservations_acceptationreglement
FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul();
"""
DEFAIRE = """
DROP TRIGGER acceptation_ajout_seul ON reservations_acceptationreglement;
DROP TRIGGER version_figee ON reservations_versionreglement;
DROP FUNCTION reservations_version_figee();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reservations", "0007_liste_attente_absences_reglements"),
        ("commun", "0003_traces_et_cache"),
    ]

    operations = [migrations.RunSQL(FIGER, DEFAIRE)]
