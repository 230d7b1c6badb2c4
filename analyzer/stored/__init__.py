"""What Optuna's dashboard and Optuna's artifacts keep in a study's attributes: notes, artifacts, figures, preferences, forms.

Each module reads one of these from `Study.stored` and the trials' attributes, whenever it is asked: stored spelling in, our
types out. Whatever does not fit is left out and told in `remarks`, one sentence each; nothing here raises on hostile input.
"""
