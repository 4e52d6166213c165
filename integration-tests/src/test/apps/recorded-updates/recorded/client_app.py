"""ClientApp: adds an update recorded beforehand to the arrays that it receives.

The update is the one of this node (`partition-id`), of this round and of the base that was sent: `first` where every
LoRA B is zero, as in the adapter that a run begins with, else `later`. The round is `server-round`, or
`safe-fedllm.round` where a second training is asked for beside that of the round. The update is read from
`<updates>/node-<partition>-round-<round>-<base>.npz`, with `updates` and `partition-id` from the node config.
"""

from pathlib import Path

import numpy as np
from flwr.app import Array, ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.train()
def train(msg: Message, context: Context) -> Message:
    received = {name: array.numpy() for name, array in msg.content["arrays"].items()}
    matrices_b = [value for name, value in received.items() if ".lora_B." in name]
    base = "later" if any(np.any(value) for value in matrices_b) else "first"
    config = msg.content["config"]
    server_round = int(config.get("safe-fedllm.round", config["server-round"]))
    name = f"node-{context.node_config['partition-id']}-round-{server_round}-{base}.npz"
    with np.load(Path(str(context.node_config["updates"])) / name) as update:
        if sorted(update.files) != sorted(received):
            raise ValueError(f"{name} holds other arrays than were received")
        trained = {key: Array(value + update[key]) for key, value in received.items()}
    metrics = MetricRecord({"train_loss": 0.5, "num-examples": 40})
    return Message(content=RecordDict({"arrays": ArrayRecord(trained), "metrics": metrics}), reply_to=msg)


@app.query()
def query(msg: Message, context: Context) -> Message:
    """Sends back what it was sent."""
    return Message(content=msg.content, reply_to=msg)
