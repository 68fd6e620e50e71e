[(body) (arguments) (parameters) (list) (tuple) (parenthesised) (chain)] @fold
