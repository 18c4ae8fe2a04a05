"""Runs MiniStack, with those few things mended in which it is not AWS: docs/adr/0005-cdk-deploy-to-an-emulator.md.

Templates, calls and code pass through unchanged; each mend makes MiniStack do with them what AWS does. Ends, with
all that it started, when its standard input does.
"""

import json
import os
import signal
import sys
import threading
from contextvars import ContextVar

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

# With TLS it would listen on port 443 too.
app._port_is_bindable = lambda *_: False


def alarm_record(name, props, record=provisioners._cw_metric_alarm_record):
    """An alarm on metric math, which MiniStack refuses, is kept as one on the first of its metrics."""
    stats = [query["MetricStat"] for query in props.get("Metrics", []) if "MetricStat" in query]
    if not stats:
        return record(name, props)
    known = {key: value for key, value in props.items() if key != "Metrics"}
    first = {**stats[0]["Metric"], "Period": stats[0]["Period"], "Statistic": stats[0]["Stat"]}
    return record(name, {**known, **first})


provisioners._cw_metric_alarm_record = alarm_record


mapped_function = ContextVar("ARN of the function whose mapping a request is about", default=None)


def action(service, method, path, headers, body, *query, extract=iam_actions.extract_iam_action):
    """SQS has no right of its own for a batch: `sqs:SendMessage` is that of SendMessageBatch too."""
    name = extract(service, method, path, headers, body, *query)
    if service == "lambda" and name and name.endswith("EventSourceMapping"):
        mapped_function.set(function_of(path, body))
    return name.removesuffix("Batch") if service == "sqs" and name else name


def function_of(path, body):
    """The function of a mapping that is there, or of one that is to be made."""
    there = lambda_svc._esms.get(path.rstrip("/").rpartition("/")[2])
    if there:
        return there["FunctionArn"]
    name, _ = lambda_svc._resolve_request_scoped_name_and_qualifier(json.loads(body or b"{}").get("FunctionName", ""))
    return lambda_svc._func_arn(name) if name else None


def condition_key(key, context, resolve=iam_evaluator._resolve_condition_key):
    """`lambda:FunctionArn` narrows the rights on mappings to those of a function. MiniStack does not know it."""
    return mapped_function.get() if key.lower() == "lambda:functionarn" else resolve(key, context)


iam_actions.extract_iam_action = action
iam_evaluator._resolve_condition_key = condition_key

secret = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]


def create_secret(logical_id, props, stack_name, create=secret["create"]):
    """`Ref` of a secret is its ARN. MiniStack's is its name, which the statements of a role then do not match."""
    _, attributes = create(logical_id, props, stack_name)
    return attributes["Arn"], attributes


def update_secret(arn, old_props, new_props, stack_name, logical_id=None, update=secret["update"]):
    _, attributes = update(secret_name(arn), old_props, new_props, stack_name, logical_id)
    return attributes["Arn"], attributes


def delete_secret(arn, props, delete=secret["delete"]):
    delete(secret_name(arn), props)


def secret_name(arn):
    return arn.split(":")[6].rpartition("-")[0]


secret.update(create=create_secret, update=update_secret, delete=delete_secret)


def end_with_input():
    sys.stdin.read()
    os.killpg(os.getpgid(0), signal.SIGKILL)


threading.Thread(target=end_with_input, daemon=True).start()
app.main()
