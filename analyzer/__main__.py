"""`python -m analyzer` is `hpo-analyze`."""

import sys

from analyzer.cli import main

sys.exit(main())
