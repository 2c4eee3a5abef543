"""Writes ONNX's published tests of single operations: backend_nodes.py generate-data -o DIRECTORY.

The package's own command writes those of whole models only.
"""
from onnx.backend.test import cmd_tools
from onnx.backend.test.case import node

cmd_tools.model_test = node
cmd_tools.main()
