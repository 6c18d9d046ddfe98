import pandas as pd
import pytest
from small import resolved, results_of

from tentips.reporting.documents.statements.evaluation_statements import controls


class Controlled:
    """The tables of controls of a study, by kind and name; `random_folds` says why each kind has none."""

    def __init__(self, random_folds):
        self.random_folds = random_folds

    def __call__(self, kind, name):
        if name == "random_folds":
            return pd.DataFrame({"reason": [self.random_folds[kind]]})
        if name == "representation":
            return pd.DataFrame({"reason": ["columns have no order"], "destroyed": [None]})
        return pd.DataFrame()


@pytest.mark.parametrize("switched_on", [True, False])
@pytest.mark.parametrize("reason", [None, "one sample in each group"])
def test_methods_name_random_folds_only_where_they_were_carried_out(switched_on, reason):
    config = resolved(controls={"random_folds": switched_on, "label_shuffles": 1})
    told = controls(
        results_of(
            config,
            controls=config["controls"],
            control=Controlled({"baseline": reason, "network": reason}),
            confounders=pd.DataFrame(),
        )
    )
    assert ("in folds drawn at random, groups ignored" in told) == (switched_on and reason is None)
    assert "on 1 shuffle of the labels" in told and told.startswith("As controls, the best network")
