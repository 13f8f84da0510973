"""Passwords of tests are hashed once, not a million times. A server reads from the hash how often it was."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 1
