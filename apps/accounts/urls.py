from django.urls import path

from apps.accounts import own_password, own_settings, second_step, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/code", second_step.SecondStep.as_view(), name="second-step"),
    path("second-factor", second_step.SecondFactor.as_view(), name="second-factor"),
    path("my-settings", own_settings.MySettings.as_view(), name="my-settings"),
    path("change-password", own_password.ChangePassword.as_view(), name="change-password"),
    path("sign-out", views.SignOut.as_view(), name="sign-out"),
]
