from reviews import urls_panel, urls_proposals, urls_review

app_name = "reviews"
urlpatterns = [*urls_panel.urlpatterns, *urls_proposals.urlpatterns, *urls_review.urlpatterns]
