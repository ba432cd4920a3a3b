"""The keys of a page are read first, then its rows: the same pages as Django's own."""

import pytest
from django.core.paginator import Paginator

from familles.models import Responsable
from portail.commun.pagination import PaginationParCles
from tests.fabriques import FabriqueResponsable

pytestmark = pytest.mark.django_db


def test_each_page_holds_the_rows_of_the_plain_one_in_the_same_order(django_assert_num_queries):
    for _ in range(5):
        FabriqueResponsable()
    adultes = Responsable.objects.select_related("famille").order_by("-famille__nom_recherche", "-pk")
    simple, par_cles = Paginator(adultes, 2), PaginationParCles(adultes, 2)
    assert par_cles.count == 5
    for numero in (1, 2, 3):
        assert list(par_cles.page(numero)) == list(simple.page(numero))
    with django_assert_num_queries(2):
        assert [adulte.famille.nom for adulte in par_cles.page(1)]
    assert list(PaginationParCles(Responsable.objects.none(), 2).page(1)) == []
