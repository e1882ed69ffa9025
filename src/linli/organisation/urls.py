"""Addresses of the door."""

from __future__ import annotations

from django.urls import path

from linli.organisation.web import account, second_factor, sessions, sign_in, tokens

app_name = "organisation"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/second-step/", sign_in.second_step, name="second-step"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/post/", account.choose_post, name="choose-post"),
    path("account/password/", account.password, name="password"),
    path("account/second-factor/", second_factor.second_factor, name="second-factor"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/end-others/", sessions.end_others, name="sessions-end-others"),
    path("account/sessions/<str:number>/end/", sessions.end, name="session-end"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<str:number>/end/", tokens.end, name="token-end"),
    # Before the admin's own: one door for everybody, with its lockout and its second step.
    path("admin/login/", account.admin_sign_in, name="admin-sign-in"),
]
