"""ServerApp that keeps its Python and leaves the rounds to Safe-FedLLM."""

import numpy as np
from flwr.app import Array, ArrayRecord, Context
from flwr.serverapp import Grid, ServerApp
from safe_fedllm_flower import SafeFedLlm

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    config = context.run_config
    num_rounds = int(config["num-server-rounds"])
    with np.load(config["initial-arrays"]) as initial:
        arrays = ArrayRecord({name: Array(initial[name]) for name in initial.files})
    # snippet: python-server-app
    strategy = SafeFedLlm(context.run_config)
    result = strategy.start(grid=grid, initial_arrays=arrays, num_rounds=num_rounds)
    # end
    np.savez(config["final-arrays"], **{name: array.numpy() for name, array in result.arrays.items()})
    for server_round, metrics in sorted(result.train_metrics_clientapp.items()):
        print("ROUND", server_round, "WEIGHTS", sorted(metrics["weights"]), "HOSTILE", metrics["hostile"])
