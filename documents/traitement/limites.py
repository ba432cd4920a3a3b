"""What a file may cost and hold. Shared by the web process and by the sub-process, which has no Django."""

MEGA = 1024 * 1024
#: Tutorial: « Le fichier à envoyer ne doit pas excéder 2 Mo ». A photo above it is reduced.
OCTETS_PAR_FICHIER = 2 * MEGA
#: What is received of one photo before it is reduced.
OCTETS_RECUS_PAR_FICHIER = 20 * MEGA
OCTETS_PAR_DOCUMENT = 10 * MEGA
FICHIERS_PAR_ENVOI = 10

EXTENSIONS = ("pdf", "jpg", "jpeg", "gif", "png")
TYPES_PAR_EXTENSION = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "png": "image/png",
}

#: A JPEG is decoded at a reduced scale, which the other formats cannot do.
PIXELS_JPEG = 64_000_000
PIXELS_AUTRES = 25_000_000
#: Long side that is kept: a sheet of A4 at 300 dots per inch.
COTE_MAXIMAL = 3508

PAGES_PDF = 200
OBJETS_PDF = 50_000
#: Sum of the decompressed streams of a PDF.
OCTETS_DECOMPRESSES_PDF = 100 * MEGA

SECONDES_CPU = 5
SECONDES_ATTENTE = 20
OCTETS_MEMOIRE = 1024 * MEGA
