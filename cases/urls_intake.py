"""The intake desk's addresses; `cases.urls` takes them in before those of single cases."""

from django.urls import URLPattern, path

from cases.views import directory, scans

urlpatterns: list[URLPattern] = [
    path("new/directory/", directory.complete, name="directory"),
    path("arrivals/", scans.arrivals, name="arrivals"),
    path("arrivals/list/", scans.arrivals_list, name="arrivals_list"),
    path("arrivals/cover-sheets/", scans.sheets, name="cover_sheets"),
    path("arrivals/<int:pk>/", scans.scan, name="scan"),
    path("arrivals/<int:pk>/applications/<int:application>/", scans.take_in_beside, name="scanned_application"),
    path("arrivals/<int:pk>/pages/<int:number>/<int:width>/", scans.page_picture, name="scan_picture"),
    path("arrivals/<int:pk>/<slug:act>/", scans.change, name="change_scan"),
]
