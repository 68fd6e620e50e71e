(model "model" @context name: (identifier) @name) @item
(block "block" @context name: (identifier) @name) @item
(extern "extern" @context name: (identifier) @name) @item
(function "fn" @context name: (identifier) @name) @item
