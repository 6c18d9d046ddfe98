"""What is planted in the tables of a simulated study after it was written: subgroups, treatments, shifted test parts."""

import numpy as np
import pandas as pd
from studies import edit_config, edit_table


def sexes(folder):
    """Half of the patients are of each sex, which changes nothing."""
    _sexes(folder, flipped=False)


def effect_flipped_in_one_sex(folder):
    """In one patient of four, who are all of one sex, every feature works the other way round."""
    _sexes(folder, flipped=True)


def _sexes(folder, flipped: bool) -> None:
    found = {}

    def in_samples(samples: pd.DataFrame) -> pd.DataFrame:
        random = np.random.default_rng(0)
        patients = samples["patient"].unique()
        male = dict(zip(patients, random.random(len(patients)) < 0.25, strict=True))
        found["male"] = samples["patient"].map(male).to_numpy()
        return samples.assign(sex=np.where(found["male"], "male", "female"))

    def in_features(features: pd.DataFrame) -> pd.DataFrame:
        values = features.drop(columns="sample")
        return pd.concat([features[["sample"]], values.mul(np.where(found["male"], -1.0, 1.0), axis=0)], axis=1)

    edit_table(folder, "samples", in_samples)
    edit_config(folder, "data", covariates=["age", "sex"])
    if flipped:
        edit_table(folder, "features", in_features)


def asthma(folder):
    """Asthma raises the risk, treated or not."""
    _asthma(folder, treated={"case": 0.5, "control": 0.5}, ill={"yes": (0.6, 0.3), "no": (0.6, 0.3)})


def asthma_that_is_treated(folder):
    """Asthma raises the risk, but those who have it are treated, and treatment lowers the risk more (Caruana et al. 2015)."""
    _asthma(folder, treated={"case": 0.2, "control": 0.8}, ill={"yes": (0.97, 0.8), "no": (0.3, 0.05)})


def _asthma(folder, treated: dict, ill: dict) -> None:
    """`treated`: its share by label; `ill`: the share with asthma among cases and among controls, by treatment."""
    found = {}

    def in_samples(samples: pd.DataFrame) -> pd.DataFrame:
        random = np.random.default_rng(0)
        person = samples.drop_duplicates("patient").set_index("patient")["label"]
        treatment = pd.Series(np.where(random.random(len(person)) < person.map(treated), "yes", "no"), person.index)
        share = [ill[way][0 if label == "case" else 1] for way, label in zip(treatment, person, strict=True)]
        has = pd.Series((random.random(len(person)) < share).astype(int), person.index)
        found["asthma"] = samples["patient"].map(has).to_numpy()
        return samples.assign(treated=samples["patient"].map(treatment))

    edit_table(folder, "samples", in_samples)
    edit_table(folder, "features", lambda features: features.assign(asthma=found["asthma"]))
    edit_config(folder, "data", covariates=["age", "treated"], expected_directions={"asthma": "increases"})


def test_part_given(folder):
    """A quarter of the patients are held out by a column of the sample sheet."""
    _given(folder, shift=0.0)


def test_part_shifted(folder):
    """All features of the test part lie three standard deviations higher."""
    _given(folder, shift=3.0)


def _given(folder, shift: float) -> None:
    found = {}

    def in_samples(samples: pd.DataFrame) -> pd.DataFrame:
        held = samples["patient"].isin(samples["patient"].unique()[::4])
        found["held"] = held.to_numpy()
        return samples.assign(part=np.where(held, "test", "train"))

    def in_features(features: pd.DataFrame) -> pd.DataFrame:
        values = features.drop(columns="sample")
        moved = values + np.outer(found["held"], shift * values.std())
        return pd.concat([features[["sample"]], moved], axis=1)

    edit_table(folder, "samples", in_samples)
    edit_config(folder, "split", strategy="given", column="part")
    if shift:
        edit_table(folder, "features", in_features)


def counted(folder):
    """Every feature is a count of what it measured on a logarithmic scale."""

    def in_features(features: pd.DataFrame) -> pd.DataFrame:
        values = features.drop(columns="sample")
        counts = np.exp(3 + 1.5 * (values - values.mean()) / values.std()).round()
        return pd.concat([features[["sample"]], counts], axis=1)

    edit_table(folder, "features", in_features)
