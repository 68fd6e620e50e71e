[(body) (arguments) (parameters) (list) (tuple) (parenthesised) (comprehension) (chain)] @indent
["}" "]" ")"] @outdent
