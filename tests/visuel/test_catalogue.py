def test_the_catalogue_is_for_the_demonstration_only(client, commune, settings):
    settings.DEMO = False
    assert client.get("/demo/composants/").status_code == 404


def test_the_catalogue_shows_every_component_without_inline_code(client, commune):
    """The strict client itself fails on inline code and on a template left unrendered."""
    page = client.get("/demo/composants/")
    assert page.status_code == 200
    assert "Formulaire avec des erreurs" in page.content.decode()


def test_the_catalogue_only_reads(client, commune):
    assert client.post("/demo/composants/").status_code == 405


def test_the_frame_of_a_page_asks_the_town_and_the_menu_in_one_query(client, commune, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/demo/composants/")
