from django.db import migrations

#: An issued invoice keeps everything but its state and what is settled; it is never deleted.
FACTURE = """
CREATE FUNCTION facture_figee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mobiles text[] := ARRAY['etat', 'montant_regle', 'montant_en_attente'];
    total numeric;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.etat <> 'brouillon' THEN
            RAISE EXCEPTION 'Une facture émise ne se supprime pas.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.etat <> 'brouillon' THEN
        IF to_jsonb(OLD) - mobiles <> to_jsonb(NEW) - mobiles
            OR (NEW.etat <> OLD.etat AND NOT (OLD.etat = 'emise' AND NEW.etat IN ('transmise', 'annulee'))) THEN
            RAISE EXCEPTION 'Une facture émise ne change plus.' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.etat = 'emise' THEN
        SELECT COALESCE(SUM(montant), 0) INTO total FROM facturation_lignefacture WHERE facture_id = NEW.id;
        IF total <> NEW.montant THEN
            RAISE EXCEPTION 'La somme des lignes (%) diffère du total (%).', total, NEW.montant
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.etat <> 'brouillon' THEN
        RAISE EXCEPTION 'Une facture provisoire ne peut qu''être émise.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER facture_figee BEFORE UPDATE OR DELETE ON facturation_facture
    FOR EACH ROW EXECUTE FUNCTION facture_figee();

CREATE FUNCTION ligne_figee() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ligne facturation_lignefacture := COALESCE(NEW, OLD);
BEGIN
    IF EXISTS (SELECT 1 FROM facturation_facture WHERE id = ligne.facture_id AND etat <> 'brouillon')
        OR (TG_OP = 'UPDATE' AND NEW.facture_id <> OLD.facture_id) THEN
        RAISE EXCEPTION 'Les lignes d''une facture émise ne changent plus.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN ligne;
END $$;
CREATE TRIGGER ligne_figee BEFORE INSERT OR UPDATE OR DELETE ON facturation_lignefacture
    FOR EACH ROW EXECUTE FUNCTION ligne_figee();

CREATE FUNCTION presence_facturee_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM facturation_lignefacture l JOIN facturation_facture f ON f.id = l.facture_id
        WHERE l.id = OLD.ligne_id AND f.etat IN ('emise', 'transmise')
    ) THEN
        RAISE EXCEPTION 'Un jour facturé le reste.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER presence_facturee_figee BEFORE UPDATE OR DELETE ON facturation_presencefacturee
    FOR EACH ROW EXECUTE FUNCTION presence_facturee_figee();

CREATE TRIGGER pdf_ajout_seul BEFORE UPDATE OR DELETE ON facturation_pdffacture
    FOR EACH ROW EXECUTE FUNCTION portail_ajout_seul();
"""

#: What is settled is the sum of what is allotted, always: the application cannot write it wrong.
REGLEMENT = """
CREATE FUNCTION facture_recalculer(la_facture bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Lock first, then sum in a statement of its own: the sum must see what the other holder committed.
    PERFORM 1 FROM facturation_facture WHERE id = la_facture FOR UPDATE;
    UPDATE facturation_facture f SET
        montant_regle = s.regle, montant_en_attente = s.attente
    FROM (
        SELECT COALESCE(SUM(a.montant) FILTER (WHERE p.etat = 'valide'), 0) AS regle,
               COALESCE(SUM(a.montant) FILTER (WHERE p.etat = 'en_attente'), 0) AS attente
        FROM facturation_affectation a JOIN facturation_paiement p ON p.id = a.paiement_id
        WHERE a.facture_id = la_facture
    ) s
    WHERE f.id = la_facture AND (f.montant_regle, f.montant_en_attente) IS DISTINCT FROM (s.regle, s.attente);
END $$;

CREATE FUNCTION affectation_suivie() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM facture_recalculer(NEW.facture_id);
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Une affectation ne se modifie pas : on annule le paiement.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER affectation_suivie AFTER INSERT OR UPDATE OR DELETE ON facturation_affectation
    FOR EACH ROW EXECUTE FUNCTION affectation_suivie();

CREATE FUNCTION affectations_bornees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT SUM(montant) FROM facturation_affectation WHERE paiement_id = NEW.paiement_id)
        > (SELECT montant FROM facturation_paiement WHERE id = NEW.paiement_id) THEN
        RAISE EXCEPTION 'Les affectations dépassent le paiement.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER affectations_bornees AFTER INSERT ON facturation_affectation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION affectations_bornees();

CREATE FUNCTION paiement_fige() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mobiles text[] := ARRAY['etat', 'numero', 'valide_le', 'valide_par_id', 'annule_le', 'motif_annulation'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Un paiement ne se supprime pas : on l''annule.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(OLD) - mobiles <> to_jsonb(NEW) - mobiles
        OR (OLD.numero IS NOT NULL AND NEW.numero IS DISTINCT FROM OLD.numero)
        OR (NEW.etat <> OLD.etat AND OLD.etat = 'annule')
        OR (NEW.etat <> OLD.etat AND OLD.etat = 'valide' AND NEW.etat <> 'annule') THEN
        RAISE EXCEPTION 'Un paiement enregistré ne change plus : on l''annule.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paiement_fige BEFORE UPDATE OR DELETE ON facturation_paiement
    FOR EACH ROW EXECUTE FUNCTION paiement_fige();

CREATE FUNCTION paiement_suivi() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM facture_recalculer(facture_id) FROM (
        SELECT facture_id FROM facturation_affectation WHERE paiement_id = NEW.id ORDER BY facture_id
    ) a;
    RETURN NULL;
END $$;
CREATE TRIGGER paiement_suivi AFTER UPDATE OF etat ON facturation_paiement
    FOR EACH ROW WHEN (OLD.etat IS DISTINCT FROM NEW.etat) EXECUTE FUNCTION paiement_suivi();
"""

RETOUR = """
DROP TRIGGER facture_figee ON facturation_facture; DROP FUNCTION facture_figee();
DROP TRIGGER ligne_figee ON facturation_lignefacture; DROP FUNCTION ligne_figee();
DROP TRIGGER presence_facturee_figee ON facturation_presencefacturee; DROP FUNCTION presence_facturee_figee();
DROP TRIGGER pdf_ajout_seul ON facturation_pdffacture;
DROP TRIGGER affectation_suivie ON facturation_affectation; DROP FUNCTION affectation_suivie();
DROP TRIGGER affectations_bornees ON facturation_affectation; DROP FUNCTION affectations_bornees();
DROP TRIGGER paiement_fige ON facturation_paiement; DROP FUNCTION paiement_fige();
DROP TRIGGER paiement_suivi ON facturation_paiement; DROP FUNCTION paiement_suivi();
DROP FUNCTION facture_recalculer(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("facturation", "0001_initiale"), ("commun", "0003_traces_et_cache")]

    operations = [migrations.RunSQL(FACTURE + REGLEMENT, RETOUR)]
