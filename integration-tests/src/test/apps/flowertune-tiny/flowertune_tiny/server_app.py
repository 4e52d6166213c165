"""ServerApp: FedAvg over the adapters."""

import os
from datetime import datetime

from flwr.app import ArrayRecord, ConfigRecord, Context, MetricRecord
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg
from peft import get_peft_model_state_dict, set_peft_model_state_dict

from .config import as_tree
from .models import get_model

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    """Average what the clients train, and keep the adapter now and then."""
    save_path = os.path.join(os.getcwd(), "results", datetime.now().strftime("%Y-%m-%d_%H-%M-%S"))
    os.makedirs(save_path, exist_ok=True)
    num_rounds = int(context.run_config["num-server-rounds"])
    cfg = as_tree(context.run_config)
    initial = get_peft_model_state_dict(get_model(cfg["model"]))
    strategy = FedAvg(
        fraction_train=cfg["strategy"]["fraction_train"],
        fraction_evaluate=cfg["strategy"]["fraction_evaluate"],
    )
    strategy.start(
        grid=grid,
        initial_arrays=ArrayRecord(initial),
        train_config=ConfigRecord({"save_path": save_path}),
        num_rounds=num_rounds,
        evaluate_fn=_saver(cfg, num_rounds, save_path),
    )


def _saver(cfg: dict, num_rounds: int, save_path: str):
    def evaluate(server_round: int, arrays: ArrayRecord) -> MetricRecord:
        if server_round and (server_round == num_rounds or server_round % cfg["train"]["save_every_round"] == 0):
            model = get_model(cfg["model"])
            set_peft_model_state_dict(model, arrays.to_torch_state_dict())
            model.save_pretrained(f"{save_path}/peft_{server_round}")
        return MetricRecord()

    return evaluate
