import copy

import pytest
from small import MINIMAL, config, resolved

from tentips.errors import StudyError
from tentips.statistics.metric_names import METRICS
from tentips.study.config import TRANSFER, metric_name, reading, role_columns, split_strategy
from tentips.study.resolution import resolve, schema


def refused(match, **sections):
    with pytest.raises(StudyError, match=match) as caught:
        resolved(**sections)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("config/config.yaml: ")


def test_defaults_are_filled_in():
    found = resolved()
    assert found["study"]["unit"] == "sample"
    assert found["data"]["feature_columns"] == "all"
    assert found["data"]["group"] == []
    assert found["split"] == {
        "strategy": None,
        "column": None,
        "across_labels": [],
        "alignment": "global",
        "identity": None,
        "coverage": None,
        "test_fraction": 0.25,
        "folds": 5,
        "repeats": 1,
        "seed": 1,
    }
    assert found["tuning"]["trials"] == 24
    assert found["compute"]["backend"] == "tensorflow"


def test_every_key_of_the_schema_is_there_after_resolving():
    found, rules = resolved(), schema()["properties"]
    for section, rule in rules.items():
        assert set(found[section]) == set(rule["properties"])


def test_declared_values_stay_and_the_input_is_left_alone():
    given = config(split={"folds": 3}, data={"batch": "season"})
    before = copy.deepcopy(given)
    found = resolve(given)
    assert given == before
    assert found["split"]["folds"] == 3 and found["split"]["repeats"] == 1
    found["models"]["baselines"].append("x")
    assert "x" not in resolve(given)["models"]["baselines"]


def test_resolving_twice_changes_nothing():
    found = resolved(data={"group": "nest"})
    assert resolve(found) == found


@pytest.mark.parametrize("key", ["group", "batch", "covariates", "ignored"])
def test_one_column_becomes_a_list(key):
    assert resolved(data={key: "nest"})["data"][key] == ["nest"]
    assert resolved(data={key: ["a", "b"]})["data"][key] == ["a", "b"]


def test_unknown_key_is_answered_with_the_close_one():
    refused(r"unknown key split\.fold; did you mean 'folds'\?", split={"fold": 3})
    refused(r"unknown key tunning; did you mean 'tuning'\?", tunning={"trials": 3})
    refused(r"unknown key privacy\.zzz; allowed here: enabled", privacy={"zzz": 3})


def test_missing_key_is_told_with_its_description():
    given = config()
    del given["data"]["label"]
    with pytest.raises(StudyError, match=r"here.yaml: data\.label is missing; Column that is to be predicted"):
        resolve(given, "here.yaml")
    with pytest.raises(StudyError, match=r"data is missing; The data set"):
        resolve({"study": MINIMAL["study"]})


DNA = {"data": {"modality": "sequence"}}


IMAGE = {"data": {"modality": "image"}}


def transferred(letters, **others):
    return {"networks": list(TRANSFER), "pretrained": "x", "transfer": {"letters": letters, **others}}


def test_a_network_of_images_is_declared_by_its_pixels():
    transfer = resolved(**IMAGE, models=transferred(None, pixels={"range": [0, 255], "mean": 127}))["models"][
        "transfer"
    ]
    assert reading(transfer, None) == {
        "pixels": {"range": [0, 255], "mean": 127, "standard_deviation": 1, "order": "RGB", "size": None}
    }


@pytest.mark.parametrize(
    "match, sections",
    [
        (r'split\.folds is "five" \(text\); it must be a whole number\.', {"split": {"folds": "five"}}),
        (r"split\.folds is 1 \(a number\); it must be at least 2\.", {"split": {"folds": 1}}),
        (r"split\.folds is 51 \(a number\); it must be at most 50\.", {"split": {"folds": 51}}),
        (r"split\.test_fraction is 1\.0 \(a number\); it must be less than 1\.", {"split": {"test_fraction": 1.0}}),
        (r"split\.test_fraction is 0 \(a number\); it must be more than 0\.", {"split": {"test_fraction": 0}}),
        (r"compute\.deterministic is 1 \(a number\); it must be true or false\.", {"compute": {"deterministic": 1}}),
        (r'preprocess\.impute is "zero" \(text\); allowed: none, mean, median\.', {"preprocess": {"impute": "zero"}}),
        (r'split\.strategy is "sites" \(text\); allowed: random, group, site,', {"split": {"strategy": "sites"}}),
        (r'data\.id is "" \(text\); it must have at least 1 character', {"data": {"id": ""}}),
        (r"tuning\.epochs is empty; it must be a whole number", {"tuning": {"epochs": None}}),
        (r'models\.baselines is \["dummy"\] \(a list\); it must have at least 2', {"models": {"baselines": ["dummy"]}}),
        (
            r'models\.baselines\.1 is "knn" \(text\); allowed: dummy, logistic',
            {"models": {"baselines": ["dummy", "knn"]}},
        ),
        (r'data\.expected_directions\.x is "up" \(text\); allowed', {"data": {"expected_directions": {"x": "up"}}}),
        (r'evaluation\.metric is "auc" \(text\); allowed', {"evaluation": {"metric": "auc"}}),
    ],
)
def test_wrong_values_are_named_with_their_key(match, sections):
    refused(match, **sections)


@pytest.mark.parametrize(
    "match, data",
    [
        (r"data\.group.* is 3 \(a number\)", {"group": 3}),
        (r"data\.group", {"group": ["nest", "nest"]}),
        (r"data\.feature_columns", {"feature_columns": "some"}),
        (r"data\.label", {"label": 3}),
    ],
)
def test_wrong_column_declarations_are_named_with_their_key(match, data):
    refused(match, data=data)


def test_metric_for_the_other_task_is_refused():
    refused(r"evaluation\.metric is 'r2', which is not for classification", evaluation={"metric": "r2"})
    refused(
        r"evaluation\.metric is 'roc_auc', which is not for regression; allowed: r2,",
        data={"task": "regression"},
        evaluation={"metric": "roc_auc"},
    )


def test_metric_follows_the_task_unless_declared():
    assert metric_name(resolved()) == "roc_auc"
    assert metric_name(resolved(data={"task": "regression"})) == "r2"
    for metric in METRICS["classification"]:
        assert metric_name(resolved(evaluation={"metric": metric})) == metric


@pytest.mark.parametrize(
    "match, sections",
    [
        ("strategy is 'given' but split.column is not declared", {"split": {"strategy": "given"}}),
        (
            "split.repeats is 2, but split.strategy 'given' holds out the same samples every time; set it to 1",
            {"split": {"repeats": 2, "strategy": "given", "column": "part"}},
        ),
        (
            "split.repeats is 3, but split.strategy 'time'",
            {"split": {"repeats": 3, "strategy": "time"}, "data": {"time": "day"}},
        ),
        ("strategy is 'group' but data.group is not declared", {"split": {"strategy": "group"}}),
        ("strategy is 'site' but neither data.site nor split.column", {"split": {"strategy": "site"}}),
        ("strategy is 'time' but neither data.time nor split.column", {"split": {"strategy": "time"}}),
        ("data.id and data.label are both 'id'", {"data": {"label": "id"}}),
        ("'label' is data.label and also in data.feature_columns", {"data": {"feature_columns": ["label"]}}),
        ("'nest' is data.group and also", {"data": {"feature_columns": ["nest"], "group": "nest"}}),
        ("'label' is data.label and also data.covariates", {"data": {"covariates": ["age", "label"]}}),
        ("'label' is data.label and also split.column", {"split": {"strategy": "given", "column": "label"}}),
        ("'nest' is data.group and also in data.ignored", {"data": {"ignored": ["nest"], "group": "nest"}}),
        (
            "data.ignored is '\\*', but features and samples are one table",
            {"data": {"ignored": "*", "samples": "measured"}},
        ),
        ("'x' is data.ignored and also in data.feature_c", {"data": {"feature_columns": ["x"], "ignored": "x"}}),
        ("has no 'dummy'", {"models": {"baselines": ["svm", "logistic"]}}),
        ("holds 'cnn1d', which reads sequences, but data.modality is 'tabular'", {"models": {"networks": ["cnn1d"]}}),
        ("holds 'custom', but models.custom names no file", {"models": {"networks": ["mlp", "custom"]}}),
        (
            "holds 'transfer_frozen', but models.pretrained names no network",
            {**DNA, "models": {"networks": list(TRANSFER[1:])}},
        ),
        (
            "holds neither transfer_frozen nor transfer_finetuned",
            {**DNA, "models": {"networks": ["cnn1d"], "pretrained": "x"}},
        ),
        (
            "but not transfer_scratch; without it",
            {**DNA, "models": {"networks": ["transfer_frozen"], "pretrained": "x"}},
        ),
        ("models.transfer.letters is not declared", {**DNA, "models": {"networks": list(TRANSFER), "pretrained": "x"}}),
        ("'ACGA', in which a letter occurs twice", {**DNA, "models": transferred("ACGA")}),
        (
            "'ACGT', but data.alphabet is 'xyz'",
            {"data": {"modality": "sequence", "alphabet": "xyz"}, "models": transferred("ACGT")},
        ),
        ("which reads sequences or images, but data.modality is 'tabular'", {"models": transferred("ACGT")}),
        ("models.transfer.pixels is not declared", {**IMAGE, "models": transferred(None)}),
        ("models.transfer.letters is declared, which is for sequences", {**IMAGE, "models": transferred("ACGT")}),
        (
            "models.transfer.first is declared, which is for sequences",
            {**IMAGE, "models": transferred(None, first=3, pixels={"range": [0, 1]})},
        ),
        (
            "models.transfer.pixels is declared, which is for images, but data.modality is 'sequence'",
            {**DNA, "models": transferred("ACGT", pixels={"range": [0, 1]})},
        ),
        (
            r"models.transfer.pixels.range is \[1, 1\]; black and white must be two numbers",
            {**IMAGE, "models": transferred(None, pixels={"range": [1, 1]})},
        ),
        (
            "models.transfer.pixels.mean and standard_deviation must have a number for each channel",
            {**IMAGE, "models": transferred(None, pixels={"range": [0, 1], "mean": [1, 2], "standard_deviation": [1]})},
        ),
        (
            "models.transfer.pixels.range is missing; What black and white",
            {**IMAGE, "models": transferred(None, pixels={})},
        ),
        (
            r"standard_deviation\.0 is 0 \(a number\); it must be more than 0",
            {**IMAGE, "models": transferred(None, pixels={"range": [0, 1], "standard_deviation": [0]})},
        ),
        ('models.networks.0 is "transformer"', {"models": {"networks": ["transformer"]}}),
        (
            "data.image_size is declared, which is for images, but data.modality is 'tabular'",
            {"data": {"image_size": 32}},
        ),
        (
            "split.strategy is 'homology', which is for sequences, but data.modality is 'tabular'",
            {"split": {"strategy": "homology"}},
        ),
        (
            "split.alignment is 'local', which split.strategy 'homology' alone asks for, but the strategy is 'random'",
            {"data": {"modality": "sequence"}, "split": {"alignment": "local"}},
        ),
        (
            "split.alignment is 'local', but MMseqs2 reads DNA, RNA and proteins only and data.alphabet is 'XYZ'",
            {
                "data": {"modality": "sequence", "alphabet": "XYZ"},
                "split": {"alignment": "local", "strategy": "homology"},
            },
        ),
        (
            "data.label lists several labels, but this is about a study of one of them",
            {"data": {"label": ["a", "b c"]}},
        ),
        (
            "data.other_labels names stage, which the network 'multitask' alone learns",
            {"data": {"other_labels": "stage"}},
        ),
        (
            "models.networks holds 'multitask', but data.other_labels names no",
            {"models": {"networks": ["multitask", "mlp"]}},
        ),
        (
            "models.networks holds 'multitask', but not mlp, the same network without",
            {"data": {"other_labels": "stage"}, "models": {"networks": ["multitask"]}},
        ),
        (
            "data.other_labels holds 'label', which is data.label",
            {"data": {"other_labels": ["stage", "label"]}, "models": {"networks": ["mlp", "multitask"]}},
        ),
        (
            "'stage' is in data.other_labels and also data.batch; what is learned can be a covariate beside",
            {"data": {"other_labels": "stage", "batch": "stage"}, "models": {"networks": ["mlp", "multitask"]}},
        ),
        (
            "data.feature_columns names columns of a table, but data.modality is 'sequence'",
            {"data": {"modality": "sequence", "feature_columns": ["x"]}},
        ),
        (
            "preprocess.batch_correction corrects numbers of a table",
            {"data": {"modality": "sequence", "batch": "b"}, "preprocess": {"batch_correction": "combat"}},
        ),
        ("data.length is declared, which is for sequences, but data.modality is 'tabular'", {"data": {"length": 9}}),
        ("data.both_strands is declared, which is for sequences", {"data": {"both_strands": True}}),
    ],
)
def test_keys_that_do_not_agree_are_refused(match, sections):
    refused(match, **sections)


def test_split_strategy_is_by_group_where_groups_are_declared():
    assert split_strategy(resolved()) == "random"
    assert split_strategy(resolved(data={"group": "nest"})) == "group"
    assert split_strategy(resolved(data={"group": "nest"}, split={"strategy": "random"})) == "random"


def test_role_columns_stand_in_order():
    found = resolved(
        data={"group": "nest", "covariates": ["age", "sex"], "site": "island"},
        split={"strategy": "given", "column": "part"},
    )
    assert list(role_columns(found).items()) == [
        ("id", ["id"]),
        ("label", ["label"]),
        ("other_labels", []),
        ("group", ["nest"]),
        ("batch", []),
        ("site", ["island"]),
        ("time", []),
        ("covariates", ["age", "sex"]),
        ("split", ["part"]),
        ("image", []),
        ("across_labels", []),
    ]


def test_batch_site_time_and_group_may_be_one_column():
    found = role_columns(resolved(data={key: "day" for key in ("group", "batch", "site", "time")}))
    assert [role for role, columns in found.items() if columns == ["day"]] == ["group", "batch", "site", "time"]


def test_a_published_value_must_have_the_metrics_sign():
    with pytest.raises(StudyError, match=r"study.published.value is 3.2, but neg_mean_absolute_error is negative"):
        resolved(study={"published": {"metric": "neg_mean_absolute_error", "value": 3.2, "citation": "doi"}})


def test_more_shards_than_trials_are_refused():
    with pytest.raises(StudyError, match=r"tuning.shards is 9, but there are only 8 trials to share; lower it to 8 or"):
        resolved(tuning={"shards": 9, "trials": 8})
    assert resolved(tuning={"trials": 8, "shards": 8})["tuning"]["shards"] == 8


def test_a_sensitive_covariate_must_be_a_covariate():
    with pytest.raises(
        StudyError, match=r"privacy.sensitive_covariates holds 'origin', which is no column of data.cov"
    ):
        resolved(data={"covariates": ["age"]}, privacy={"sensitive_covariates": ["origin"]})
    found = resolved(data={"covariates": ["age"], "site": "ward"}, privacy={"sensitive_covariates": ["age", "ward"]})
    assert found["privacy"]["sensitive_covariates"] == ["age", "ward"]
