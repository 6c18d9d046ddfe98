"""The literature that the report's texts cite, and BibTeX for exactly what a text cites."""

import re
from dataclasses import dataclass

from tentips.results import Results

CITATION = re.compile(r"\[@([^\]]+)\]")
DOI = re.compile(r"10\.\d{4,9}/[^\s,;\"<>\]]+[^\s,;.\"<>\])]")


@dataclass(frozen=True)
class Reference:
    """One entry: its BibTeX type, what stands for it in running text, and its fields."""

    kind: str
    label: str
    fields: dict[str, str]


def _article(label: str, author: str, title: str, journal: str, year: int, doi: str = "", **more: str) -> Reference:
    fields = {"author": author, "title": title, "journal": journal, "year": str(year), **more}
    return Reference("article", label, fields | ({"doi": doi} if doi else {}))


def _talk(label: str, author: str, title: str, booktitle: str, year: int, **more: str) -> Reference:
    return Reference(
        "inproceedings",
        label,
        {"author": author, "title": title, "booktitle": booktitle, "year": str(year), **more},
    )


def _software(label: str, author: str, title: str, year: int, url: str) -> Reference:
    return Reference("misc", label, {"author": author, "title": title, "year": str(year), "howpublished": url})


REFERENCES = {
    "lee2022": _article(
        "Lee et al. 2022",
        "Lee, Benjamin D. and Gitter, Anthony and Greene, Casey S. and others",
        "Ten Quick Tips for Deep Learning in Biology",
        "PLOS Computational Biology",
        2022,
        "10.1371/journal.pcbi.1009803",
        volume="18",
    ),
    "caruana1997": _article(
        "Caruana 1997",
        "Caruana, Rich",
        "Multitask Learning",
        "Machine Learning",
        1997,
        "10.1023/A:1007379606734",
        volume="28",
        pages="41--75",
    ),
    "molder2021": _article(
        "Mölder et al. 2021",
        "Mölder, Felix and Jablonski, Kim Philipp and Letcher, Brice and others",
        "Sustainable data analysis with Snakemake",
        "F1000Research",
        2021,
        "10.12688/f1000research.29032.2",
        volume="10",
        pages="33",
    ),
    "pedregosa2011": _article(
        "Pedregosa et al. 2011",
        "Pedregosa, Fabian and Varoquaux, Gaël and Gramfort, Alexandre and others",
        "Scikit-learn: Machine Learning in Python",
        "Journal of Machine Learning Research",
        2011,
        volume="12",
        pages="2825--2830",
    ),
    "harris2020": _article(
        "Harris et al. 2020",
        "Harris, Charles R. and Millman, K. Jarrod and van der Walt, Stéfan J. and others",
        "Array programming with NumPy",
        "Nature",
        2020,
        "10.1038/s41586-020-2649-2",
        volume="585",
        pages="357--362",
    ),
    "virtanen2020": _article(
        "Virtanen et al. 2020",
        "Virtanen, Pauli and Gommers, Ralf and Oliphant, Travis E. and others",
        "SciPy 1.0: fundamental algorithms for scientific computing in Python",
        "Nature Methods",
        2020,
        "10.1038/s41592-019-0686-2",
        volume="17",
        pages="261--272",
    ),
    "chollet2015": _software("Chollet et al. 2015", "Chollet, François and others", "Keras", 2015, "https://keras.io"),
    "omalley2019": _software(
        "O'Malley et al. 2019",
        (
            "O'Malley, Tom and Bursztein, Elie and Long, James and Chollet, François and Jin, Haifeng and "
            "Invernizzi, Luca and others"
        ),
        "KerasTuner",
        2019,
        "https://github.com/keras-team/keras-tuner",
    ),
    "abadi2016": _talk(
        "Abadi et al. 2016",
        "Abadi, Martín and Barham, Paul and Chen, Jianmin and others",
        "TensorFlow: A system for large-scale machine learning",
        "12th USENIX Symposium on Operating Systems Design and Implementation",
        2016,
        pages="265--283",
    ),
    "bradbury2018": _software(
        "Bradbury et al. 2018",
        "Bradbury, James and Frostig, Roy and Hawkins, Peter and others",
        "JAX: composable transformations of Python+NumPy programs",
        2018,
        "https://github.com/jax-ml/jax",
    ),
    "bergstra2012": _article(
        "Bergstra and Bengio 2012",
        "Bergstra, James and Bengio, Yoshua",
        "Random search for hyper-parameter optimization",
        "Journal of Machine Learning Research",
        2012,
        volume="13",
        pages="281--305",
    ),
    "snoek2012": _talk(
        "Snoek et al. 2012",
        "Snoek, Jasper and Larochelle, Hugo and Adams, Ryan P.",
        "Practical Bayesian optimization of machine learning algorithms",
        "Advances in Neural Information Processing Systems",
        2012,
        volume="25",
    ),
    "li2018": _article(
        "Li et al. 2018",
        "Li, Lisha and Jamieson, Kevin and DeSalvo, Giulia and Rostamizadeh, Afshin and Talwalkar, Ameet",
        "Hyperband: a novel bandit-based approach to hyperparameter optimization",
        "Journal of Machine Learning Research",
        2018,
        volume="18",
        pages="1--52",
    ),
    "johnson2007": _article(
        "Johnson et al. 2007",
        "Johnson, W. Evan and Li, Cheng and Rabinovic, Ariel",
        "Adjusting batch effects in microarray expression data using empirical Bayes methods",
        "Biostatistics",
        2007,
        "10.1093/biostatistics/kxj037",
        volume="8",
        pages="118--127",
    ),
    "vanderlaan2007": _article(
        "van der Laan et al. 2007",
        "van der Laan, Mark J. and Polley, Eric C. and Hubbard, Alan E.",
        "Super learner",
        "Statistical Applications in Genetics and Molecular Biology",
        2007,
        "10.2202/1544-6115.1309",
        volume="6",
    ),
    "efron1981": _article(
        "Efron and Stein 1981",
        "Efron, Bradley and Stein, Charles",
        "The jackknife estimate of variance",
        "The Annals of Statistics",
        1981,
        "10.1214/aos/1176345462",
        volume="9",
        pages="586--596",
    ),
    "zou2008": _article(
        "Zou and Donner 2008",
        "Zou, Guang Yong and Donner, Allan",
        "Construction of confidence limits about effect measures: a general approach",
        "Statistics in Medicine",
        2008,
        "10.1002/sim.3095",
        volume="27",
        pages="1693--1702",
    ),
    "satterthwaite1946": _article(
        "Satterthwaite 1946",
        "Satterthwaite, Franklin E.",
        "An approximate distribution of estimates of variance components",
        "Biometrics Bulletin",
        1946,
        "10.2307/3002019",
        volume="2",
        pages="110--114",
    ),
    "clopper1934": _article(
        "Clopper and Pearson 1934",
        "Clopper, C. J. and Pearson, E. S.",
        "The use of confidence or fiducial limits illustrated in the case of the binomial",
        "Biometrika",
        1934,
        "10.1093/biomet/26.4.404",
        volume="26",
        pages="404--413",
    ),
    "delong1988": _article(
        "DeLong et al. 1988",
        "DeLong, Elizabeth R. and DeLong, David M. and Clarke-Pearson, Daniel L.",
        (
            "Comparing the areas under two or more correlated receiver operating characteristic curves: a "
            "nonparametric approach"
        ),
        "Biometrics",
        1988,
        "10.2307/2531595",
        volume="44",
        pages="837--845",
    ),
    "mcnemar1947": _article(
        "McNemar 1947",
        "McNemar, Quinn",
        "Note on the sampling error of the difference between correlated proportions or percentages",
        "Psychometrika",
        1947,
        "10.1007/BF02295996",
        volume="12",
        pages="153--157",
    ),
    "nadeau2003": _article(
        "Nadeau and Bengio 2003",
        "Nadeau, Claude and Bengio, Yoshua",
        "Inference for the generalization error",
        "Machine Learning",
        2003,
        "10.1023/A:1024068626366",
        volume="52",
        pages="239--281",
    ),
    "holm1979": _article(
        "Holm 1979",
        "Holm, Sture",
        "A simple sequentially rejective multiple test procedure",
        "Scandinavian Journal of Statistics",
        1979,
        volume="6",
        pages="65--70",
    ),
    "tsamardinos2018": _article(
        "Tsamardinos et al. 2018",
        "Tsamardinos, Ioannis and Greasidou, Elissavet and Borboudakis, Giorgos",
        "Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation",
        "Machine Learning",
        2018,
        "10.1007/s10994-018-5714-4",
        volume="107",
        pages="1895--1922",
    ),
    "rost1999": _article(
        "Rost 1999",
        "Rost, Burkhard",
        "Twilight zone of protein sequence alignments",
        "Protein Engineering, Design and Selection",
        1999,
        "10.1093/protein/12.2.85",
        volume="12",
        pages="85--94",
    ),
    "steinegger2017": _article(
        "Steinegger & Söding 2017",
        "Steinegger, Martin and Söding, Johannes",
        "MMseqs2 enables sensitive protein sequence searching for the analysis of massive data sets",
        "Nature Biotechnology",
        2017,
        "10.1038/nbt.3988",
        volume="35",
        pages="1026--1028",
    ),
    "vabalas2019": _article(
        "Vabalas et al. 2019",
        "Vabalas, Andrius and Gowen, Emma and Poliakoff, Ellen and Casson, Alexander J.",
        "Machine learning algorithm validation with a limited sample size",
        "PLOS ONE",
        2019,
        "10.1371/journal.pone.0224365",
        volume="14",
        pages="e0224365",
    ),
    "hestness2017": Reference(
        "misc",
        "Hestness et al. 2017",
        {
            "author": "Hestness, Joel and Narang, Sharan and Ardalani, Newsha and others",
            "title": "Deep learning scaling is predictable, empirically",
            "year": "2017",
            "eprint": "1712.00409",
            "archiveprefix": "arXiv",
        },
    ),
    "lannelongue2021": _article(
        "Lannelongue et al. 2021",
        "Lannelongue, Loïc and Grealey, Jason and Inouye, Michael",
        "Green Algorithms: quantifying the carbon footprint of computation",
        "Advanced Science",
        2021,
        "10.1002/advs.202100707",
        volume="8",
        pages="2100707",
    ),
}


def library(results: Results) -> dict[str, Reference]:
    """Return every reference that a text of this study may cite: the literature, and the citations that the study declares."""
    return REFERENCES | declared(results)


def declared(results: Results) -> dict[str, Reference]:
    """Return the declared citations of the data, the pretrained network and the published figure, word for word, with the DOI where they hold one."""
    texts = list(dict.fromkeys(each["citation"] for each in results.provenance["sources"] if each["citation"]))
    found = {f"data{number}": _declared(text) for number, text in enumerate(texts, 1)}
    for each in results.provenance["pretrained"]:
        if each["citation"]:
            found["pretrained"] = _declared(each["citation"])
    published = results.config["study"]["published"]
    if published:
        found["published"] = _declared(published["citation"])
    return found


def _declared(text: str) -> Reference:
    doi = DOI.search(text)
    return Reference("misc", text, {"note": text} | ({"doi": doi[0]} if doi else {}))


def keys_in(text: str) -> list[str]:
    """Return the keys that a text cites, [@key] or [@key; @other], each once, in their order."""
    found = [key.strip().removeprefix("@") for cited in CITATION.findall(text) for key in cited.split(";")]
    return list(dict.fromkeys(found))


def spelled_out(text: str, known: dict[str, Reference]) -> str:
    """Return the text with (Author year) in place of [@key]."""

    def words(match) -> str:
        return f"({'; '.join(known[key].label for key in keys_in(match[0]))})"

    return CITATION.sub(words, text)


def bibtex(keys: list[str], known: dict[str, Reference]) -> str:
    """Return BibTeX entries for these keys, in their order. Raises KeyError for one that is not known."""
    entries = []
    for key in keys:
        fields = "".join(f"  {name} = {{{_escaped(name, value)}}},\n" for name, value in known[key].fields.items())
        entries.append(f"@{known[key].kind}{{{key},\n{fields}}}\n")
    return "\n".join(entries)


def _escaped(name: str, value: str) -> str:
    """Escape what TeX would take for a command; titles keep their capitals by braces round words that hold any."""
    if name in ("doi", "howpublished", "eprint"):
        return value
    value = " ".join(value.split())  # a line of its own could end the fence that it stands in
    value = re.sub(r"([&%$#_{}])", r"\\\1", value)
    if name == "title":
        # The first word's capital is the sentence's, unless it has more of them (SciPy, TensorFlow).
        value = re.sub(r"(?!^[A-Z][a-z]+\b)\b\w*[A-Z]\w*", lambda word: f"{{{word[0]}}}", value)
    return value
