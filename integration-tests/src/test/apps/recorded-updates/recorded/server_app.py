"""ServerApp: Flower's own FedAvg over the arrays of a file."""

import numpy as np
from flwr.app import Array, ArrayRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    config = context.run_config
    if config["fail-with"]:
        raise ValueError(config["fail-with"])
    nodes = int(config["min-available-nodes"])
    strategy = FedAvg(fraction_evaluate=0.0, min_train_nodes=nodes, min_evaluate_nodes=0, min_available_nodes=nodes)
    with np.load(config["initial-arrays"]) as initial:
        arrays = ArrayRecord({name: Array(initial[name]) for name in initial.files})
    result = strategy.start(grid=grid, initial_arrays=arrays, num_rounds=int(config["num-server-rounds"]))
    np.savez(config["final-arrays"], **{name: array.numpy() for name, array in result.arrays.items()})
    print("ROUNDS WITH METRICS", sorted(result.train_metrics_clientapp))
