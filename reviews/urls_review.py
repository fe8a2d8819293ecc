"""Addresses of the review form, the quality check and the determination."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
