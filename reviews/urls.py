from reviews import urls_batch, urls_credentials, urls_panel, urls_review

app_name = "reviews"
urlpatterns = [
    *urls_credentials.urlpatterns,
    *urls_panel.urlpatterns,
    *urls_batch.urlpatterns,
    *urls_review.urlpatterns,
]
