"""French formats: Django writes a date ``15 février 2018`` or ``15 fév. 2018``, ours is always ``15/02/2018``."""

DATE_FORMAT = "d/m/Y"
SHORT_DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = r"d/m/Y à H \h i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
TIME_FORMAT = r"H \h i"
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
