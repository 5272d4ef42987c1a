"""State updates written such that a loop over neurons vectorises, and does not divide where it need not.

The C library's `pow` takes one number at a time. Whether a neuron is refractory is asked in each step of each neuron,
as ``timestep(t - lastspike, dt) >= timestep(t_ref, dt)``: a division, and a conversion that AVX2 does not have (without
it a network of leaky neurons is faster there). Brian2's `timestep` adds 0.001 dt before it divides, so that both sides
of ``t - lastspike + 0.001*dt >= timestep(t_ref, dt)*dt`` are 0.001 dt apart or more wherever times are whole steps, and
the answer is the same. No other use of `timestep` is touched: of times that are no whole steps it may differ.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

__all__ = ["vectorisable"]

_STATEMENT = re.compile(r"^(?P<start>\s*\w+\s*(?:[-+*/]|\*\*)?=\s*)(?P<expression>(?!=).*(?:\*\*|timestep\().*)$")
_WHOLE = (2, 3, 4)  # m**4 is three multiplications
_SINCE = "timestep(t - lastspike, dt)"


def _steps(node: ast.expr) -> bool:
    """Whether an expression is ``timestep(_, dt)``."""
    return (
        ast.unparse(node).startswith("timestep(") and isinstance(node, ast.Call) and ast.unparse(node.args[-1]) == "dt"
    )


class _Rewriter(ast.NodeTransformer):
    def __init__(self, numbers: Collection[str]) -> None:
        self.numbers = numbers

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        alone = len(node.ops) == 1 and isinstance(node.ops[0], ast.GtE)
        if alone and ast.unparse(node.left) == _SINCE and _steps(node.comparators[0]):
            node.left = ast.parse("t - lastspike + 0.001*dt", mode="eval").body
            node.comparators[0] = ast.BinOp(node.comparators[0], ast.Mult(), ast.Name("dt"))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        base, exponent = node.left, node.right
        # What the symbolic mathematics of equations makes of exp(-v/(20*mV)): 1/exp(v/mV)**(1/20).
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "exp":
            return ast.Call(base.func, [ast.BinOp(exponent, ast.Mult(), base.args[0])], [])
        value = exponent.value if isinstance(exponent, ast.Constant) else None
        if isinstance(base, ast.Name) and base.id in self.numbers and isinstance(value, int) and value in _WHOLE:
            product: ast.expr = base
            for _ in range(value - 1):
                product = ast.BinOp(product, ast.Mult(), base)
            return product
        return node


def vectorisable(code: str, numbers: Collection[str]) -> str:
    """Rewrite ``exp(x)**y`` as ``exp(y*x)``, small whole powers of a variable as products, and the refractory question.

    Parameters
    ----------
    code : str
        Abstract code. What is no Python expression is left to Brian2, which says what is wrong with it.
    numbers : collection of str
        Names that hold floating-point numbers: products of whole ones would overflow.

    Examples
    --------
    >>> print(vectorisable("a = m**3*h/exp(v/mV)**(1/20) + i**3", {"m", "h", "v"}))
    a = m * m * m * h / exp(1 / 20 * (v / mV)) + i ** 3
    >>> print(vectorisable("free = timestep(t - lastspike, dt) >= timestep(t_ref, dt)", ()))
    free = t - lastspike + 0.001 * dt >= timestep(t_ref, dt) * dt
    """

    def rewritten(statement: str) -> str:
        found = _STATEMENT.match(statement.rstrip())
        if not found:
            return statement
        try:
            tree = _Rewriter(numbers).visit(ast.parse(found["expression"].strip(), mode="eval"))
        except SyntaxError:
            return statement
        return found["start"] + ast.unparse(tree)

    lines = (line.partition("#")[0].split(";") for line in code.split("\n"))
    return "\n".join(";".join(map(rewritten, statements)) for statements in lines)
