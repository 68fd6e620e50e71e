// The .kdl models of dslc for tree-sitter, after `grammar/kdl.lark`. `editors/generate.py` writes the lists of words.
//
// Line breaks are `src/scanner.c`'s: one ends a statement where the grammar has a place for an end and the next line does not begin
// with `->` or `else`, and a word such as `output` begins the next one in the same line. The words that are names wherever no statement begins are both here, and what follows decides.

/// <reference types="tree-sitter-cli/dsl" />

const SOFT = ["assert", "block", "extern", "fn", "from", "input", "loss", "model", "output", "return", "shared", "use", "weight"];

const LEVEL = { chain: 0, condition: 1, or: 2, and: 3, not: 4, compare: 5, sum: 6, product: 7, sign: 8, power: 9, primary: 10 };

const commas = (rule) => seq(rule, repeat(seq(",", rule)));
const listed = (rule) => optional(seq(commas(rule), optional(",")));

module.exports = grammar({
  name: "dslc",

  externals: ($) => [$._newline, $._break],
  extras: ($) => [/[ \t\f\r\n\ufeff]/, $.comment],
  word: ($) => $._word,
  supertypes: ($) => [$._statement, $._expression],
  conflicts: ($) => [
    [$._name, $.input],
    [$._name, $.output],
    [$._name, $.assert],
    [$._name, $.loss],
    [$._name, $.return],
  ],

  rules: {
    file: ($) => optional($._statements),

    body: ($) => seq("{", optional($._statements), "}"),

    _statements: ($) =>
      choice(
        repeat1($._newline),
        seq(repeat($._newline), $._statement, repeat(seq(choice(repeat1($._newline), $._break), $._statement)), repeat($._newline)),
      ),

    _statement: ($) =>
      choice(
        $.use,
        $.extern,
        $.function,
        $.block,
        $.model,
        $.input,
        $.output,
        $.shared,
        $.weight,
        $.for,
        $.if,
        $.assert,
        $.loss,
        $.return,
        $.assignment,
        $.expression_statement,
      ),

    // ---- items
    use: ($) => prec.dynamic(1, seq("use", commas(field("name", $.identifier)), "from", field("file", $.string))),
    extern: ($) =>
      prec.dynamic(1, prec.right(seq(choice(seq("extern", field("kind", $.identifier), field("name", $.identifier)), seq(alias(/extern[ \t]+fn[ \t]+/, "extern"), field("name", $.identifier)), seq("extern", field("name", $._name))), field("parameters", optional($.parameters)), "from", $.dotted_name, field("body", optional($.body))))),
    function: ($) => prec.dynamic(1, seq("fn", field("name", $._name), field("parameters", $.parameters), $._meaning)),
    block: ($) => prec.dynamic(1, seq("block", field("name", $._name), field("parameters", optional($.parameters)), $._meaning)),
    model: ($) => prec.dynamic(1, seq("model", field("name", $._name), field("parameters", optional($.parameters)), $._meaning)),
    _meaning: ($) => choice(seq("=", field("chain", $._expression)), field("body", $.body)),
    dotted_name: ($) => prec.right(seq($._name, repeat(seq(".", $._name)))),
    parameters: ($) => seq("(", listed($.parameter), ")"),
    parameter: ($) =>
      seq(field("name", $._name), optional(seq(":", field("kind", $._name))), optional(seq("=", field("default", $._expression)))),

    // ---- statements
    input: ($) => prec.dynamic(1, prec.right(seq("input", $._expression, optional(seq(":", $.contract)), optional(seq("=", $._expression))))),
    output: ($) =>
      prec.dynamic(1, prec.right(seq("output", $._expressions, optional(seq(":", $.contract)), optional(seq("=", $._expressions))))),
    shared: ($) => prec.dynamic(1, seq("shared", field("name", $._name), "=", $._expression)),
    weight: ($) => prec.dynamic(1, prec.right(seq("weight", field("name", $._name), optional(seq(":", $._expression)), optional(seq("=", $._expression))))),
    contract: ($) => seq($._expression, optional($._contract_end)),
    _contract_end: ($) => field("dtype", $.identifier),
    for: ($) => seq("for", field("targets", $.targets), "in", $._expression, $.body),
    if: ($) => prec.right(seq("if", $._expression, $.body, optional(seq("else", choice($.body, $.if))))),
    assert: ($) => prec.dynamic(1, prec.right(seq("assert", $._expression, optional(seq(",", $._expression))))),
    loss: ($) => prec.dynamic(1, prec.right(seq("loss", $._expression))),
    return: ($) => prec.dynamic(1, prec.right(seq("return", $._expressions))),
    assignment: ($) =>
      prec.right(seq(field("left", $._expressions), optional(seq(":", $.contract)), choice("=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", "@="), field("right", $._expressions))),
    expression_statement: ($) => prec.right($._expressions),
    targets: ($) => prec.right(seq(commas($._target), optional(","))),
    _target: ($) => choice($._name, seq("(", $.targets, ")"), seq("[", $.targets, "]")),

    // ---- expressions
    _expressions: ($) => prec.right(choice($._expression, alias($._bare_tuple, $.tuple))),
    _bare_tuple: ($) => prec.right(seq($._part, ",", optional(seq(commas($._part), optional(","))))),
    _expression: ($) =>
      choice(
        $.chain,
        $.conditional,
        $.binary,
        $.unary,
        $.comparison,
        $.attribute,
        $.call,
        $.index,
        $._name,
        $.unknown,
        $.ellipsis,
        $.number,
        $.string,
        $.constant,
        $.tuple,
        $.parenthesised,
        $.list,
        $.comprehension,
        $.dictionary,
        $.dictionary_comprehension,
      ),
    chain: ($) => prec.left(LEVEL.chain, seq($._expression, "->", $._expression)),
    conditional: ($) => prec.right(LEVEL.condition, seq($._expression, "if", $._expression, "else", $._expression)),
    binary: ($) =>
      choice(
        prec.left(LEVEL.or, seq($._expression, "or", $._expression)),
        prec.left(LEVEL.and, seq($._expression, "and", $._expression)),
        prec.left(LEVEL.sum, seq($._expression, choice("+", "-"), $._expression)),
        prec.left(LEVEL.product, seq($._expression, choice("*", "/", "//", "%", "@"), $._expression)),
        prec.right(LEVEL.power, seq($._expression, "**", $._expression)),
      ),
    unary: ($) =>
      choice(prec(LEVEL.not, seq("not", $._expression)), prec(LEVEL.sign, seq(choice("-", "+"), $._expression))),
    comparison: ($) =>
      prec.left(LEVEL.compare, seq($._expression, choice("<", "<=", ">", ">=", "==", "!=", "in", seq("not", "in"), "is", seq("is", "not")), $._expression)),
    attribute: ($) => prec(LEVEL.primary, seq(field("object", $._expression), ".", field("name", $._name))),
    call: ($) => prec(LEVEL.primary, seq(field("function", $._expression), field("arguments", $.arguments))),
    arguments: ($) => seq("(", listed(choice($._expression, $.keyword, $.starred, $.spread, $.generator)), ")"),
    spread: ($) => seq("**", $._expression),
    starred: ($) => seq("*", $._expression),
    _part: ($) => choice($._expression, $.starred),
    keyword: ($) => seq(field("name", $._name), "=", field("value", $._expression)),
    index: ($) => prec(LEVEL.primary, seq(field("object", $._expression), "[", commas(choice($._expression, $.slice)), optional(","), "]")),
    slice: ($) => prec.right(seq(optional($._expression), ":", optional($._expression), optional(seq(":", optional($._expression))))),
    unknown: ($) => prec(LEVEL.primary, choice("?", seq($.identifier, token.immediate("?")))),
    constant: () => choice("False", "None", "True"),
    ellipsis: () => "...",
    tuple: ($) =>
      choice(seq("(", ")"), seq("(", $._element, ",", ")"), seq("(", $._element, repeat1(seq(",", $._element)), optional(","), ")")),
    _element: ($) => choice($._expression, $.keyword, $.starred),
    parenthesised: ($) => seq("(", choice($._expression, $.generator, $.keyword), ")"),
    list: ($) => seq("[", listed($._part), "]"),
    comprehension: ($) => seq("[", $._expression, repeat1($.clause), "]"),
    dictionary: ($) => seq("{", listed(choice($.entry, $.spread)), "}"),
    entry: ($) => seq(field("key", $._expression), ":", field("value", $._expression)),
    dictionary_comprehension: ($) => seq("{", $.entry, repeat1($.clause), "}"),
    generator: ($) => seq($._expression, repeat1($.clause)),
    clause: ($) => prec.right(seq("for", $.targets, "in", $._expression, optional(seq("if", $._expression)))),

    // ---- terminals
    _name: ($) => choice($.identifier, alias(choice(...SOFT), $.identifier)),
    identifier: ($) => $._word,
    _word: () => /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/,
    number: () =>
      token(
        choice(
          /0[xX](_?[0-9a-fA-F])+/,
          /0[oO](_?[0-7])+/,
          /0[bB](_?[01])+/,
          /((\d(_?\d)*)?\.\d(_?\d)*|\d(_?\d)*\.?)([eE][+-]?\d(_?\d)*)?/,
        ),
      ),
    string: () =>
      token(
        choice(
          /[rR]?"""([^\\"]|\\(.|\n)|"[^"]|""[^"])*"""/,
          /[rR]?'''([^\\']|\\(.|\n)|'[^']|''[^'])*'''/,
          /[rRfF]?"([^"\\\n]|\\(.|\n))*"/,
          /[rRfF]?'([^'\\\n]|\\(.|\n))*'/,
        ),
      ),
    comment: () => /#[^\n]*/,
  },
});
