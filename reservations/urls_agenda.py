from django.urls import path

from reservations.views import agenda

urlpatterns = [path("<str:jeton>.ics", agenda.ics, name="agenda_ics")]
