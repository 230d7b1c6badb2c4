"""Write the example databases beside this file: real training, real Optuna, several processes at once.

Needs optuna 5.0 and scikit-learn, whose digits are the data. `python make.py` rewrites both files in a few minutes;
the numbers differ a little each time, because the workers race.
"""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import time
import warnings
from collections.abc import Callable
from functools import cache
from multiprocessing import get_context
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # the workers are the parallelism; set before numpy is imported

import numpy as np
import optuna
from optuna.pruners import MedianPruner, NopPruner
from optuna.samplers import NSGAIISampler, TPESampler
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import MaxTrialsCallback
from optuna.trial import Trial
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

DATABASE, JOURNAL = Path(__file__).with_name("digits.db"), Path(__file__).with_name("tiny-journal.log")
EPOCHS = 12
ACTIVATIONS = ["relu", "tanh", "identity"]
WORKERS = ["worker-1", "worker-2", "worker-3", "worker-4"]
KILLED_FROM = {"worker-3": 215, "worker-4": 90}  # these die in mid-training, at their first trial from this number on
WITHOUT_DATA = {57, 143}  # these trials of the first study find no data


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """1000 images to train on, with their labels, and 797 to validate with."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    images, labels = images[order].astype(np.float32) / 16, labels[order]
    return images[:1000], labels[:1000], images[1000:], labels[1000:]


def train(network: MLPClassifier, after_epoch: Callable[[int, float], None]) -> float:
    """Train, tell the validation accuracy after each epoch and return the last one; NaN where it diverges."""
    images, labels, validation_images, validation_labels = digits()
    for epoch in range(1, EPOCHS + 1):
        try:
            network.partial_fit(images, labels, classes=range(10))
        except ValueError:  # scikit-learn's word for weights that overflowed
            after_epoch(epoch, math.nan)
            return math.nan
        accuracy = round(float(network.score(validation_images, validation_labels)), 5)
        after_epoch(epoch, accuracy)
    return accuracy


def size(network: MLPClassifier) -> int:
    """How many weights and biases were fitted."""
    return sum(array.size for array in network.coefs_ + network.intercepts_)


def accuracy_alone(trial: Trial, worker: str) -> float:
    """The objective of `digits-mlp`."""
    network = MLPClassifier(
        solver="sgd",
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 10.0, log=True),
        momentum=trial.suggest_float("momentum", 0.0, 0.98),
        alpha=trial.suggest_float("weight_decay", 1e-6, 1.0, log=True),
        hidden_layer_sizes=[trial.suggest_int("hidden_units", 8, 128, log=True)] * trial.suggest_int("n_layers", 1, 3),
        batch_size=trial.suggest_categorical("batch_size", [16, 32, 64, 128]),
        activation=trial.suggest_categorical("activation", ACTIVATIONS),
        random_state=trial.number,
    )
    trial.set_user_attr("worker", worker)
    if trial.number in WITHOUT_DATA:
        raise OSError("as where a network drive goes away: the trial fails and the search goes on")
    started = time.perf_counter()

    def after_epoch(epoch: int, accuracy: float) -> None:
        trial.report(accuracy, epoch)
        if epoch == 1 and not math.isnan(accuracy):
            trial.set_user_attr("n_parameters", size(network))
            trial.set_user_attr("epoch_s", round(time.perf_counter() - started, 4))
        if epoch == 3 and trial.number >= KILLED_FROM.get(worker, trial.number + 1):
            os.kill(os.getpid(), signal.SIGKILL)  # as a machine that goes away: the trial stays RUNNING
        if trial.should_prune():
            raise optuna.TrialPruned

    return train(network, after_epoch)


def accuracy_and_size(trial: Trial, worker: str) -> tuple[float, int]:
    """The objectives of `digits-accuracy-vs-size`; a classifier below 80 % is of no use however small it is."""
    layers = [trial.suggest_int("hidden_units_1", 2, 128, log=True)]
    if trial.suggest_categorical("second_layer", [False, True]):
        layers.append(trial.suggest_int("hidden_units_2", 2, 64, log=True))
    network = MLPClassifier(
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 0.03, log=True),
        alpha=trial.suggest_float("weight_decay", 1e-6, 1.0, log=True),
        hidden_layer_sizes=layers,
        batch_size=32,
        activation=trial.suggest_categorical("activation", ACTIVATIONS),
        random_state=trial.number,
    )
    accuracy = train(network, lambda epoch, accuracy: None)
    trial.set_constraint("accuracy at least 0.8", round(0.8 - accuracy, 5))
    trial.set_user_attr("worker", worker)
    return accuracy, size(network)


def loss_alone(trial: Trial, worker: str) -> float:
    """The objective of `digits-momentum`: the share of validation images that a small network gets wrong."""
    network = MLPClassifier(
        solver="sgd",
        learning_rate_init=trial.suggest_float("learning_rate", 1e-3, 1.0, log=True),
        momentum=trial.suggest_float("momentum", 0.0, 0.95),
        hidden_layer_sizes=[trial.suggest_int("hidden_units", 8, 64, step=8)],
        batch_size=64,
        random_state=trial.number,
    )

    def after_epoch(epoch: int, accuracy: float) -> None:
        trial.report(round(1 - accuracy, 5), epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    return round(1 - train(network, after_epoch), 5)


def database() -> BaseStorage:
    """The SQLite file; writers wait for each other."""
    return RDBStorage(f"sqlite:///{DATABASE}", engine_kwargs={"connect_args": {"timeout": 60}})


def journal() -> BaseStorage:
    """The journal file."""
    return JournalStorage(JournalFileBackend(str(JOURNAL)))


# study name: storage, objective, sampler of a seed, pruner, trials in all
STUDIES = {
    "digits-mlp": (
        database, accuracy_alone, lambda seed: TPESampler(n_startup_trials=30, seed=seed),
        MedianPruner(n_startup_trials=30, n_warmup_steps=3, interval_steps=2), 300,
    ),
    "digits-accuracy-vs-size": (
        database, accuracy_and_size, lambda seed: NSGAIISampler(population_size=25, seed=seed), NopPruner(), 150,
    ),
    "digits-momentum": (
        journal, loss_alone, lambda seed: TPESampler(seed=seed), MedianPruner(n_startup_trials=12, n_warmup_steps=3), 40,
    ),
}  # fmt: skip


def work(name: str, worker: str, seed: int) -> None:
    """What one worker process does: take trials until the study has enough of them."""
    warnings.simplefilter("ignore")  # of overflows, which count as failures here
    storage, objective, sampler, pruner, n_trials = STUDIES[name]
    study = optuna.load_study(study_name=name, storage=storage(), sampler=sampler(seed), pruner=pruner)
    enough = MaxTrialsCallback(n_trials, states=None)
    study.optimize(lambda trial: objective(trial, worker), callbacks=[enough], catch=(OSError,))


def search(name: str, objectives: dict[str, str], about: dict[str, str], workers: list[str]) -> None:
    """Create a study and let several processes work on it at once."""
    study = optuna.create_study(study_name=name, storage=STUDIES[name][0](), directions=list(objectives.values()))
    study.set_metric_names(list(objectives))
    for key, value in about.items():
        study.set_user_attr(key, value)
    context = get_context("spawn")
    processes = [context.Process(target=work, args=(name, worker, seed)) for seed, worker in enumerate(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def main() -> None:
    """Write both files anew."""
    for path in (DATABASE, JOURNAL):
        path.unlink(missing_ok=True)
    about = {"dataset": "scikit-learn digits, 1000 to train, 797 to validate", "author": "the example"}
    sgd, adam = {**about, "model": "MLPClassifier, sgd"}, {**about, "model": "MLPClassifier, adam"}
    search("digits-mlp", {"accuracy": "maximize"}, sgd, WORKERS)
    search("digits-accuracy-vs-size", {"accuracy": "maximize", "n_parameters": "minimize"}, adam, WORKERS)
    search("digits-momentum", {"error rate": "minimize"}, sgd, WORKERS[:2])
    optuna.load_study(study_name="digits-momentum", storage=journal()).enqueue_trial(
        {"learning_rate": 0.1, "momentum": 0.9, "hidden_units": 64}
    )
    connection = sqlite3.connect(DATABASE)
    connection.execute("VACUUM")
    connection.close()


if __name__ == "__main__":
    main()
