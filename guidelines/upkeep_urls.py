"""Pages of the admin site that are no lists of records: the tree, lists taken in and given out, words of many rows."""

from django.urls import path

from guidelines.views import drug_list, upkeep_changes, upkeep_tree, upkeep_words

app_name = "library"
urlpatterns = [
    path("tree/", upkeep_tree.editions, name="trees"),
    path("tree/<int:pk>/", upkeep_tree.tree, name="tree"),
    path("tree/<int:pk>/move/", upkeep_tree.move, name="move"),
    path("tree/<int:pk>/add/", upkeep_tree.add, name="add"),
    path("drugs/", drug_list.drugs, name="drugs"),
    path("drugs/file/", drug_list.file, name="drugs_file"),
    path("drugs/<int:pk>/export/", drug_list.export, name="drugs_export"),
    path("drugs/<int:pk>/history/", drug_list.list_history, name="drugs_history"),
    path("drugs/one/<int:pk>/history/", drug_list.drug_history, name="drug_history"),
    path("drugs/undo/<int:event>/", drug_list.undo_drug, name="undo_drug"),
    path("drugs/lists/undo/<int:event>/", drug_list.undo_list, name="undo_drug_list"),
    path("words/", upkeep_words.words, name="words"),
    path("lists/", upkeep_changes.lists, name="lists"),
    path("lists/file/", upkeep_changes.file, name="file"),
    path("lists/contents/", upkeep_changes.contents, name="contents"),
    path("lists/export/", upkeep_changes.export, name="export"),
    path("lists/<int:pk>/", upkeep_changes.change, name="change"),
    path("lists/<int:pk>/state/", upkeep_changes.state, name="state"),
    path("lists/<int:pk>/columns/", upkeep_changes.columns, name="columns"),
    path("lists/<int:pk>/<slug:act>/", upkeep_changes.act, name="act"),
]
