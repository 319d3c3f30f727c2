"""The page to look at."""

from flask import Blueprint

page = Blueprint("page", __name__)
