"""The few things that Keras does not say in one way for TensorFlow and JAX: gradients, compilation, determinism."""

import os

_threads = 1


def choose(name: str, gpus: int, deterministic: bool, threads: int = 1) -> None:
    """Set up the Keras backend `name` (tensorflow or jax). Must be called before anything imports keras.

    A user's own settings of Keras (keras.json, KERAS_MAX_EPOCHS and the like) do not count: a study means the same everywhere.
    With `gpus` 0 the CPU is used even where there is a GPU. `deterministic` asks for kernels that repeat bit by bit.
    """
    global _threads
    _threads = threads
    for own in [variable for variable in os.environ if variable.startswith("KERAS_")]:
        del os.environ[own]
    os.environ["KERAS_HOME"] = os.devnull  # no folder, so that Keras finds no keras.json, and writes none
    os.environ["KERAS_BACKEND"] = name
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if gpus == 0:
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
    if deterministic:
        os.environ["TF_DETERMINISTIC_OPS"] = "1"
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_gpu_deterministic_ops=true".strip()
    if name == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        # Programs that run at the same time wait for one another where this is less than their number.
        tf.config.threading.set_inter_op_parallelism_threads(max(2, threads))
        # From 200 MB of layers on, TensorFlow's optimizer of graphs keeps sums of layers under a name that all threads share: they would add to one another's.
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        for device in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(device, True)


def device() -> str:
    """Return what the backend computes on: gpu or cpu."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    import jax

    return jax.default_backend()


def at_once() -> int:
    """Return how many programs are to run at the same time: one a processor thread, and two where one may compile."""
    return 2 if device() == "gpu" else max(2, _threads)


def memory() -> int | None:
    """Return the bytes of memory of the GPU that networks may use; None on a CPU, or where the backend does not say."""
    import keras

    if device() == "cpu" or keras.backend.backend() == "tensorflow":
        return None
    import jax

    return (jax.local_devices()[0].memory_stats() or {}).get("bytes_limit")


def out_of_memory(error: Exception) -> bool:
    """Return whether an error of the backend says that the device's memory is full."""
    return "RESOURCE_EXHAUSTED" in str(error) or type(error).__name__ == "ResourceExhaustedError"


def compiled(function):
    """Compile a function of arrays to one XLA program."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, jit_compile=True, autograph=False)
    import jax

    return jax.jit(function)


def traced(function):
    """Compile a function of arrays to a graph of the backend's own kernels.

    On a CPU those of TensorFlow convolve and differentiate 20 to 40 times as fast as what XLA makes of it.
    """
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, autograph=False)
    import jax

    return jax.jit(function)


def value_and_gradient(function):
    """Return a function that gives (value, auxiliary) of `function` and the gradient by its first argument, a list."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        def differentiated(weights, *arguments):
            with tf.GradientTape() as tape:
                tape.watch(weights)
                value, auxiliary = function(weights, *arguments)
            return (value, auxiliary), tape.gradient(value, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)

        return differentiated
    import jax

    return jax.value_and_grad(function, has_aux=True)


def for_each(function):
    """Return `function` of arrays carried out for each entry of their first axes, all at once."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return lambda *arrays: tf.vectorized_map(lambda entries: function(*entries), arrays)
    import jax

    return jax.vmap(function)
