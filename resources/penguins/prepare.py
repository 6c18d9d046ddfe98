"""Write features.csv and samples.tsv from penguins_raw.csv, the raw table of the palmerpenguins package.

Nothing is measured or changed here: the table is cut into measurements and sample sheet, and two names are made.

- sample: species, season and sample number, which together name a row of the raw table.
- nest: species, island and nest number (the part of "Individual ID" before the bird's letter). The raw table does not
  say whether a number used in two seasons is the same nest, so seasons are pooled: birds that may share a nest stay
  together.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
MEASUREMENTS = [
    "Culmen Length (mm)",
    "Culmen Depth (mm)",
    "Flipper Length (mm)",
    "Body Mass (g)",
    "Delta 15 N (o/oo)",
    "Delta 13 C (o/oo)",
]

raw = pd.read_csv(HERE / "penguins_raw.csv", dtype=str)
species = raw["Species"].str.split().str[0]
nest = raw["Individual ID"].str.extract(r"^(N\d+)A\d+$", expand=False)
sheet = pd.DataFrame(
    {
        "sample": species + "_" + raw["studyName"] + "_" + raw["Sample Number"],
        "sex": raw["Sex"].str.lower(),
        "species": species,
        "island": raw["Island"],
        "season": raw["studyName"],
        "nest": species + "_" + raw["Island"] + "_" + nest,
        "egg_date": raw["Date Egg"],
        "clutch_complete": raw["Clutch Completion"].str.lower(),
    }
)
sheet.to_csv(HERE / "samples.tsv", sep="\t", index=False)
pd.concat([sheet["sample"], raw[MEASUREMENTS]], axis=1).to_csv(HERE / "features.csv", index=False)
