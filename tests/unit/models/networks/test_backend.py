"""The backend: what it compiles gives the same whether one thread runs it or several at a time."""

import threading

import numpy as np

from tentips.models.networks import backend

backend.choose("tensorflow", 0, True, 1)


def test_large_programs_that_run_at_the_same_time_do_not_add_to_one_another():
    from keras import ops

    def step(position, x):
        first = [ops.tanh(x), ops.sin(x), ops.cos(x), ops.exp(-x * x)]
        total = first[0] + first[1] + first[2] + first[3] + ops.tanh(first[0] * first[2]) + ops.sin(first[1] * first[3])
        return total / 6

    run = backend.traced(lambda x: ops.fori_loop(0, 10, step, x))
    # 36 MB for each of the sums: together above the 200 MB from which TensorFlow's optimizer of memory acts.
    x = ops.convert_to_tensor(np.random.default_rng(1).random((3000, 3000), dtype="float32"))
    alone, found, errors = run(x).numpy(), [], []

    def work():
        try:
            found.extend(np.array_equal(run(x).numpy(), alone) for _ in range(2))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and found == [True] * 4
