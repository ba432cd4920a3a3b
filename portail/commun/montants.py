"""Money: ``Decimal`` euros everywhere, one rounding, cents only at the border of the bank's protocols."""

from decimal import ROUND_HALF_UP, Decimal

CENTIME = Decimal("0.01")
ZERO = Decimal("0.00")


def arrondir(montant: Decimal) -> Decimal:
    """Round to the cent, half up: the only rounding of the product."""
    return montant.quantize(CENTIME, rounding=ROUND_HALF_UP)


def en_centimes(montant: Decimal) -> int:
    """Return whole cents of an amount that is already rounded; raise ``ValueError`` otherwise."""
    centimes = montant * 100
    if centimes != centimes.to_integral_value():
        msg = f"montant non arrondi : {montant}"
        raise ValueError(msg)
    return int(centimes)


def en_euros(montant: Decimal) -> str:
    """Write an amount as it is read in France: « 1 250,00 € », with no-break spaces."""
    return f"{arrondir(montant):,.2f}".replace(",", "\xa0").replace(".", ",") + "\xa0€"
