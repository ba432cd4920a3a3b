"""The demonstration town: Batz-sur-Mer with the tutorial's family, and as many invented households as asked."""

#: Password of every demonstration login; refused outside of ``DEMO``.
MOT_DE_PASSE = "Marais-Salants-44"
