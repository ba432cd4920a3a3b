from django.db import migrations

#: The append-only tables accept one change more: an erasure that says so blanks the columns named by the trigger.
FONCTION = """
CREATE OR REPLACE FUNCTION portail_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('portail.purge', true) = 'oui' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 AND current_setting('portail.effacement', true) = 'oui'
        AND to_jsonb(OLD) - TG_ARGV = to_jsonb(NEW) - TG_ARGV
        AND NOT EXISTS (
            SELECT 1 FROM unnest(TG_ARGV) AS colonne WHERE to_jsonb(NEW)->colonne NOT IN ('""'::jsonb, '{}'::jsonb)
        ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'La table % ne se modifie pas : on y ajoute seulement.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER trace_ajout_seul ON commun_trace;
CREATE TRIGGER trace_ajout_seul BEFORE UPDATE OR DELETE ON commun_trace
    FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul('libelle', 'avant', 'apres', 'motif');
DROP TRIGGER etape_ajout_seul ON reservations_etapepresence;
CREATE TRIGGER etape_ajout_seul BEFORE UPDATE OR DELETE ON reservations_etapepresence
    FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul('motif');
"""

RETOUR = """
CREATE OR REPLACE FUNCTION portail_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('portail.purge', true) = 'oui' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'La table % ne se modifie pas : on y ajoute seulement.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("commun", "0003_traces_et_cache"),
        ("reservations", "0002_etapes_ajout_seul"),
        ("enfants", "0005_garde_et_scolarite"),
        ("familles", "0003_suivi_de_la_fiche"),
    ]

    operations = [migrations.RunSQL(FONCTION, RETOUR)]
