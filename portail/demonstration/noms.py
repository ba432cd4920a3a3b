"""Names, streets and trades of the invented households. Any likeness to real families is by chance."""

NOMS = (
    "LE GOFF", "KERVELLA", "MOREAU", "GUILLOU", "PICAUD", "LECLERC", "HERVÉ", "BRIAND", "TESSIER", "LE BRAS",
    "MAHÉ", "ROUSSEL", "EVAIN", "BERTHO", "LEROUX", "CADIO", "OLLIVIER", "FRANÇOIS", "GAUTIER", "JOUBERT",
    "LE GALL", "RIVALLAN", "CHEVALIER", "NICOLAS", "PERRAUD", "DENIS", "LUCAS", "HAMON", "THÉBAUD", "MARCHAND",
    "BENALI", "DIALLO", "NGUYEN", "DA SILVA", "FERREIRA", "HADDAD", "TRAORÉ", "MARTINEZ", "ROSSI", "KOWALSKI",
    "AUBERT", "BAUDRY", "CORMIER", "DUGAST", "ÉTIENNE", "FOUCHER", "GICQUEL", "HUET", "JAFFRÉ", "LORCY",
    "MABILLEAU", "NAUD", "ORAIN", "PABOIS", "QUÉLENNEC", "RIO", "SALAÜN", "TATTEVIN", "URVOY", "VAILLANT",
    "BOURDIN", "CAILLAUD", "DELAUNAY", "FOUQUET", "GERGAUD", "HALGAND", "LAGRÉE", "MÉNARD", "PELLERIN", "RABILLÉ",
    "BARBEDETTE", "CHAUVEL", "DRÉANO", "FLEURY", "GRANDJEAN", "JOSSO", "LEBRETON", "MOYON", "POTIER", "SIMON",
)  # fmt: skip
MERES = (
    "Claire", "Élodie", "Aurélie", "Sandrine", "Céline", "Nathalie", "Julie", "Émilie", "Marion", "Laëtitia",
    "Sophie", "Gwenaëlle", "Anne-Laure", "Maëlle", "Stéphanie", "Fatima", "Aminata", "Linh", "Inès", "Caroline",
    "Nolwenn", "Virginie", "Hélène", "Delphine", "Solenn", "Pauline", "Camille", "Audrey", "Mélanie", "Rozenn",
)  # fmt: skip
PERES = (
    "Nicolas", "Julien", "Yann", "Sébastien", "Mathieu", "Ronan", "Guillaume", "Thomas", "Erwan", "Cédric",
    "Olivier", "Vincent", "Karim", "Mamadou", "Antoine", "Pierre-Yves", "Gaël", "Arnaud", "Jérôme", "Tanguy",
    "Benoît", "Fabien", "Loïc", "David", "Maxime", "Alexandre", "Florian", "Xavier", "Hervé", "Gwendal",
)  # fmt: skip
FILLES = (
    "LÉA", "EMMA", "CHLOÉ", "INÈS", "MANON", "JADE", "LOUISE", "ALICE", "ROSE", "ANNA", "MAËLYS", "ZOÉ", "LÉNA",
    "AGATHE", "JULIETTE", "ROMANE", "ELLA", "NINA", "MILA", "ENORA", "AWA", "SARAH", "CAPUCINE", "LOUNA", "NAÏA",
)  # fmt: skip
GARCONS = (
    "GABRIEL", "LÉO", "RAPHAËL", "LOUIS", "JULES", "ADAM", "HUGO", "MALO", "TOM", "ETHAN", "NOÉ", "PAUL", "SACHA",
    "TITOUAN", "EWEN", "MARIUS", "GABIN", "NOLAN", "AXEL", "THÉO", "YANIS", "MOUSSA", "CÔME", "ELOUAN", "BASILE",
)  # fmt: skip
RUES = (
    "rue des Paludiers", "rue de la Plage", "rue du Marais", "impasse des Goélands", "rue Jean XXIII",
    "avenue de la Grande Falaise", "rue de Kervalet", "rue du Croisic", "chemin des Salines", "rue Saint-Guénolé",
    "rue du Four", "place du Garnal", "rue de Kermoisan", "rue des Étaux", "allée des Tamaris", "rue du Phare",
    "rue de Trégaté", "route du Dervin", "rue des Écoles", "rue de Roffiat",
)  # fmt: skip
#: Town and postcode of the households that live elsewhere.
AILLEURS = (("Le Croisic", "44490"), ("Le Pouliguen", "44510"), ("Guérande", "44350"), ("La Baule", "44500"))
NAISSANCES = (("Saint-Nazaire", "44"), ("Guérande", "44"), ("Nantes", "44"), ("Vannes", "56"), ("Rennes", "35"))
PROFESSIONS = (
    "paludière", "infirmière", "enseignant", "ouvrier naval", "cuisinier", "aide-soignante", "comptable", "artisan",
    "employée de commerce", "ingénieur", "assistante maternelle", "marin-pêcheur", "hôtelière", "agent immobilier",
)  # fmt: skip
