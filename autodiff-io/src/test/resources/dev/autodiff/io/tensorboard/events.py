"""Writes events.txt: events as TensorBoard's own classes serialize them, one a line, in hexadecimal digits."""
import os

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.plugins.hparams import metadata, plugin_data_pb2
from tensorboard.plugins.text import metadata as text_metadata

TIME = 1700000000.25
lines = []


def add(step=0, **content):
    event = event_pb2.Event(wall_time=TIME, **content)
    data = event.SerializeToString(deterministic=True)
    # The step is written even if it is 0, which readers take for the same.
    at = 9
    if step:
        event.step = step
        data = event.SerializeToString(deterministic=True)
    else:
        data = data[:at] + b"\x10\x00" + data[at:]
    lines.append(data.hex())


def summary(step, **value):
    add(step, summary=summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)]))


def vector(n):
    return tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=n)])


def session(tag, **content):
    data = plugin_data_pb2.HParamsPluginData(**content)
    summary(0, tag=tag, metadata=metadata.create_summary_metadata(data), tensor=metadata.NULL_TENSOR)


def start(**hparams):
    info = plugin_data_pb2.SessionStartInfo(start_time_secs=TIME)
    for name, value in hparams.items():
        kind = {bool: "bool_value", float: "number_value", str: "string_value"}[type(value)]
        setattr(info.hparams[name], kind, value)
    session(metadata.SESSION_START_INFO_TAG, session_start_info=info)


add(file_version="brain.Event:2")
add(5, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))
summary(300, tag="loss", simple_value=0.1)
meta = text_metadata.create_summary_metadata(display_name="", description="")
meta.plugin_data.ClearField("content")
summary(1, tag="notes", metadata=meta, tensor=tensor_pb2.TensorProto(
    dtype=types_pb2.DT_STRING, tensor_shape=vector(1), string_val=["\u00fc".encode("utf-8")]))
start(rate=0.25)
start(on=True)
start(name="Adam")
summary(1, tag="w", histo=summary_pb2.HistogramProto(
    min=2, max=2, num=2, sum=4, sum_squares=8, bucket_limit=[2], bucket=[2]))
session(metadata.SESSION_END_INFO_TAG, session_end_info=plugin_data_pb2.SessionEndInfo(
    status=1, end_time_secs=TIME))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "events.txt"), "w") as out:
    out.write("\n".join(lines) + "\n")
