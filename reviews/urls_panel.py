"""Addresses of the panel and of assignment: desk, offers, candidates, roster."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
