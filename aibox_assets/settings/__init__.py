"""The settings: typed, and the only reader of the environment.

Order: the environment, then ``.env`` in the working directory, then a file of the setting's name in :data:`SECRETS`,
then what the home wrote down when its embedded servers were first started (``AIBOX_HOME/home.json``), then the default.
"""

from aibox_assets.settings.addresses import with_driver
from aibox_assets.settings.settings import GivenSettings, Settings, load_settings
from aibox_assets.settings.sources import HOME_FILE, SECRETS

FIRST_LOGIN = "first-login.txt"
"""In the home: name and password of the first admin, until the password is changed."""

__all__ = ["FIRST_LOGIN", "HOME_FILE", "SECRETS", "GivenSettings", "Settings", "load_settings", "with_driver"]
