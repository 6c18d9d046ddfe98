from types import SimpleNamespace

import pandas as pd
import pytest

from tentips.reporting.documents.statements import modelling_statements


@pytest.mark.parametrize(("training", "said"), [(10_000, False), (10_001, True)])
def test_a_support_vector_machine_is_said_to_see_a_part_where_it_does(monkeypatch, training, said):
    monkeypatch.setattr(modelling_statements, "network_spaces", lambda results: "")
    roles = ["train"] * training + ["test"] * 3000
    results = SimpleNamespace(
        config={"data": {"task": "classification"}, "models": {"baselines": ["dummy", "svm"]}},
        split=pd.DataFrame({"repeat": 1, "role": roles}),
    )
    text = modelling_statements.spaces(results)
    assert ("support vector machines saw 10,000 training samples, drawn at random" in text) == said
    assert "support vector machine: C " in text
