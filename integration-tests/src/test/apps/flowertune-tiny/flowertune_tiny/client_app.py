"""ClientApp: trains the received adapter on the rows of this node."""

from typing import Any

from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from peft import get_peft_model_state_dict, set_peft_model_state_dict
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments

from .config import as_tree
from .dataset import Collator, load_data
from .models import cosine_annealing, get_model

app = ClientApp()


class Rows(Dataset):
    """Rows as the Trainer wants them."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, str]:
        return self.rows[index]


@app.train()
def train(msg: Message, context: Context) -> Message:
    """Train the model on local data."""
    trainer = make_trainer(msg, context)
    results = trainer.train()
    return Message(content=make_content(trainer, results.training_loss), reply_to=msg)


def make_trainer(msg: Message, context: Context) -> Trainer:
    """The model with the received adapter, the rows of this node, and the rate of this round."""
    partition_id = int(context.node_config["partition-id"])
    num_partitions = int(context.node_config["num-partitions"])
    num_rounds = int(context.run_config["num-server-rounds"])
    cfg = as_tree(context.run_config)
    trainset = Rows(load_data(_dataset(context, cfg), partition_id, num_partitions))

    model = get_model(cfg["model"])
    set_peft_model_state_dict(model, msg.content["arrays"].to_torch_state_dict())

    server_round = int(msg.content["config"]["server-round"])
    rate = cosine_annealing(server_round, num_rounds, cfg["train"]["learning_rate_max"], cfg["train"]["learning_rate_min"])
    settings = {**cfg["train"]["training_arguments"], "learning_rate": rate}
    settings["output_dir"] = str(msg.content["config"]["save_path"])
    arguments = TrainingArguments(
        **settings, use_cpu=True, remove_unused_columns=False, disable_tqdm=True, seed=partition_id + 100 * server_round
    )
    return Trainer(
        model=model,
        args=arguments,
        train_dataset=trainset,
        data_collator=Collator(cfg["model"]["name"], cfg["train"]["seq_length"]),
    )


def make_content(trainer: Trainer, loss: float) -> RecordDict:
    """What the server gets to see: the trained adapter, the loss, the number of examples."""
    arrays = ArrayRecord(get_peft_model_state_dict(trainer.model))
    metrics = MetricRecord({"train_loss": loss, "num-examples": len(trainer.train_dataset)})
    return RecordDict({"arrays": arrays, "metrics": metrics})


def _dataset(context: Context, cfg: dict[str, Any]) -> str:
    return str(context.node_config.get("dataset", cfg["static"]["dataset"]["name"]))
