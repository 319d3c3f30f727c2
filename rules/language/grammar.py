"""The grammar of signals and conditions, for Lark."""

from functools import cache

from lark import Lark

from rules.language.building import Builder

GRAMMAR = r"""
?start: either
?either: both | either OR both -> binary
?both: negation | both AND negation -> binary
?negation: comparison | NOT negation -> unary
?comparison: sum | sum COMPARISON sum -> binary
?sum: product | sum (PLUS | MINUS) product -> binary
?product: signed | product (TIMES | OVER) signed -> binary
?signed: value | MINUS signed -> unary
?value: NAME -> name
      | (NUMBER | TEXT | TRUE | FALSE) -> constant
      | OPEN either CLOSE -> group

OR: "or"
AND: "and"
NOT: "not"
TRUE: "true"
FALSE: "false"
COMPARISON: "<=" | ">=" | "==" | "!=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
OPEN: "("
CLOSE: ")"
NAME: /[A-Za-z_][A-Za-z0-9_]*/
NUMBER: /[0-9][A-Za-z0-9_.]*(\s*%)?/
TEXT: /'[^']*'/
%ignore /\s+/
"""


@cache
def language() -> Lark:
    """The parser, made once. It builds while it reads, from the inside out: nothing recurses, however deep a text."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Builder())
