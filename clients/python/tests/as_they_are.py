"""Runs scripts, and the cells of notebooks, in one process, whose jobs share a silo: as_they_are.py FILE...

The last expression of a cell is shown, as Jupyter does.
"""
import ast
import json
import os
import runpy
import sys


def cells(file):
    space = {"__name__": "__main__"}
    for number, cell in enumerate(json.load(open(file))["cells"]):
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), space)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), space)
            print(value._repr_html_()[:200] if hasattr(value, "_repr_html_") else repr(value))


for path in sys.argv[1:]:
    if path.endswith(".ipynb"):
        cells(path)
    else:
        sys.path.insert(0, os.path.dirname(path))
        runpy.run_path(path, run_name="__main__")
    print("ended well:", os.path.basename(path), flush=True)
