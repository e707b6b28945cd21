"""Runs the cells of a notebook in order: notebook.py FILE. The last expression of a cell is shown, as Jupyter does."""
import ast
import json
import sys

space = {"__name__": "__main__"}
for number, cell in enumerate(json.load(open(sys.argv[1]))["cells"]):
    if cell["cell_type"] != "code":
        continue
    tree = ast.parse("".join(cell["source"]))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, f"cell {number}", "exec"), space)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), space)
        print(value._repr_html_()[:200] if hasattr(value, "_repr_html_") else repr(value))
