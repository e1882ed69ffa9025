"""Addresses of the door."""

from __future__ import annotations

from django.urls import path

from linli.organisation.web import account, sign_in, tokens

app_name = "organisation"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/second-step/", sign_in.second_step, name="second-step"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/post/", account.choose_post, name="choose-post"),
    path("account/password/", account.password, name="password"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<str:number>/end/", tokens.end, name="token-end"),
    # Before the admin's own: one door for everybody, with its lockout and its second step.
    path("admin/login/", account.admin_sign_in, name="admin-sign-in"),
]
