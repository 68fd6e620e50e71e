; The lists of words are written by editors/generate.py. What comes later counts.

(identifier) @variable
((identifier) @type (#match? @type "^[A-Z]"))
((identifier) @constant (#match? @constant "^[A-Z][A-Z0-9_]+$"))
((identifier) @variable.builtin (#eq? @variable.builtin "_"))

(call function: (identifier) @type (#match? @type "^[A-Z]"))
(call function: (identifier) @function (#match? @function "^[a-z_]"))
(call function: (identifier) @function.builtin (#any-of? @function.builtin "abs" "all" "any" "bool" "ceil" "cond" "enumerate" "float" "floor" "int" "items" "keys" "len" "list" "max" "min" "range" "record" "reversed" "round" "sorted" "str" "sum" "taps" "tuple" "values" "zip"))
(attribute object: (identifier) @module (#any-of? @module "activations" "applications" "constraints" "initializers" "math" "ops" "random" "regularizers"))
(attribute name: (identifier) @property)
(call function: (attribute name: (identifier) @function))
(keyword name: (identifier) @variable.parameter)
(parameter name: (identifier) @variable.parameter)
(parameter kind: (identifier) @type.builtin)
(contract dtype: (identifier) @type.builtin)

(model name: (identifier) @type)
(block name: (identifier) @type)
(extern name: (identifier) @type)
(use name: (identifier) @type)
(function name: (identifier) @function)

(number) @number
(string) @string
(file . (expression_statement (string) @string.documentation))
(body . (expression_statement (string) @string.documentation))
(constant) @constant.builtin
(unknown) @constant.builtin
(comment) @comment

; items
["block" "extern" "fn" "model" "use"] @keyword
; names
["input" "loss" "shared" "weight"] @keyword
; output
["output"] @keyword
; bare
["assert" "return"] @keyword
; from
["from"] @keyword
; flow
["else" "for" "if"] @keyword.control
; operators
["and" "in" "is" "not" "or"] @keyword.operator

["->" "=" "+=" "-=" "*=" "/=" "//=" "%=" "**=" "@=" "+" "-" "*" "/" "//" "%" "@" "**" "<" "<=" ">" ">=" "==" "!="] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter
