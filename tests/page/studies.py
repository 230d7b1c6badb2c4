"""Studies for the tests of the page: where they lie, and small ones that Optuna writes on the spot."""

from __future__ import annotations

from pathlib import Path

import optuna

from analyzer import open_database
from analyzer.report import rendered
from analyzer.views import registry

DATA = Path(__file__).parents[1] / "data"
EXAMPLES = Path(__file__).parents[2] / "web" / "examples"
DIGITS = EXAMPLES / "digits.db"
FIXTURES = sorted(path for path in DATA.iterdir() if path.suffix in (".db", ".log"))


def small(path: Path, name: str = "small", trials: int = 12, storage: str = "sqlite:///") -> Path:
    """A study that Optuna writes here: minimise x² + y/10 over two parameters."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=f"{storage}{path}",
        study_name=name,
        sampler=optuna.samplers.RandomSampler(seed=1),
        load_if_exists=True,
    )
    study.optimize(
        lambda trial: trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_float("y", 0, 1) / 10, n_trials=trials
    )
    return path


def spoken(path: Path, name: str) -> dict[str, str]:
    """What each view says of a study, computed here."""
    with open_database(path) as database:
        study = database.read(name)
        concerned = [view for view in registry().values() if view.concerns is None or view.concerns(study)]
        done = [rendered(study, view) for view in concerned if view.slug != "overview"]
        return {each.view.slug: each.reason or each.answer for each in done}
