"""The tests read English, whatever the shell speaks."""

import os

os.environ["LANGUAGE"] = "en"
