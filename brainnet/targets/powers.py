"""Powers written such that a loop over neurons vectorises: the C library's `pow` takes one number at a time."""

from __future__ import annotations

import ast
import re

__all__ = ["without_powers"]

_STATEMENT = re.compile(r"^(?P<start>\s*\w+\s*(?:[-+*/]|\*\*)?=\s*)(?P<expression>[^=].*\*\*.*)$")
_WHOLE = (2, 3, 4)  # m**4 is three multiplications


class _Rewriter(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        base, exponent = node.left, node.right
        # What the symbolic mathematics of equations makes of exp(-v/(20*mV)): 1/exp(v/mV)**(1/20).
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "exp":
            return ast.Call(base.func, [ast.BinOp(exponent, ast.Mult(), base.args[0])], [])
        value = exponent.value if isinstance(exponent, ast.Constant) else None
        if isinstance(base, ast.Name) and isinstance(value, int) and value in _WHOLE:
            product: ast.expr = base
            for _ in range(value - 1):
                product = ast.BinOp(product, ast.Mult(), base)
            return product
        return node


def without_powers(code: str) -> str:
    """Rewrite ``exp(x)**y`` as ``exp(y*x)``, and small whole powers of a variable as products, in abstract code.

    Examples
    --------
    >>> print(without_powers("a = m**3*h/exp(v/mV)**(1/20) + v**g"))
    a = m * m * m * h / exp(1 / 20 * (v / mV)) + v ** g
    """

    def rewritten(line: str) -> str:
        found = _STATEMENT.match(line.partition("#")[0].rstrip())
        if not found:
            return line
        tree = _Rewriter().visit(ast.parse(found["expression"].strip(), mode="eval"))
        return found["start"] + ast.unparse(tree)

    return "\n".join(map(rewritten, code.split("\n")))
