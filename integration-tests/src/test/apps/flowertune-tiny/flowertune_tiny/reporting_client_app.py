"""ClientApp: the same, with a report of the local steps for servers that ask for one.

A node with `forged=true` in its configuration reports another last step than it made.
"""

from flwr.app import Context, Message
from flwr.clientapp import ClientApp
from safe_fedllm_flower import StepEvidence
from safe_fedllm_flower.evidence import RECORD

from .client_app import make_content, make_trainer

app = ClientApp()


@app.train()
def train(msg: Message, context: Context) -> Message:
    """Train the model on local data."""
    trainer = make_trainer(msg, context)
    # snippet: python-client-app
    evidence = StepEvidence(msg)
    trainer.add_callback(evidence.callback())
    content = make_content(trainer, trainer.train().training_loss)
    evidence.add_to(content)
    # end
    if context.node_config.get("forged", False):
        record = content[RECORD]
        record[f"step-{len(record['steps'])}"] = bytes(len(record["step-1"]))
    return Message(content=content, reply_to=msg)
