"""Recognise evidence in a text: error codes, secrets, the Activation page, licence reports."""
