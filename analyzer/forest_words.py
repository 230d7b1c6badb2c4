"""What is said of a forest: how many trees stand behind its numbers, and how far more of them could move those."""

from __future__ import annotations

from analyzer.text import _, whole


def so_far(trees: int, all_trees: int) -> str:
    """That more trees are still to be grown."""
    return _("So far {trees} of {all} trees stand behind it.").format(trees=whole(trees), all=whole(all_trees))


def whiskers(trees: int) -> str:
    """What the error bars of a forest's shares are."""
    return _("whiskers: standard error over the {trees} trees (of the forest for these trials, not of the objective)").format(trees=whole(trees))
