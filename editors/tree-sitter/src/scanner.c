/* Where statements end: at a line break, unless the next line that says anything begins with `->` or `else`, which continue it,
   and before a word that begins another in the same line: `{ input x  output x }`.

   The parser asks only where a statement could end: not in brackets, not after an operator. There a line break is a space. */

#include "tree_sitter/parser.h"

#include <string.h>

enum TokenType { NEWLINE, BREAK };

/* the words that begin a statement where a name follows */
static const char *const BEGINS[] = {"block", "extern", "fn", "input", "loss", "model", "output", "shared", "use", "weight"};

void *tree_sitter_dslc_external_scanner_create(void) { return NULL; }
void tree_sitter_dslc_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_dslc_external_scanner_serialize(void *payload, char *buffer) {
    (void)payload;
    (void)buffer;
    return 0;
}
void tree_sitter_dslc_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    (void)payload;
    (void)buffer;
    (void)length;
}

static void skip(TSLexer *lexer) { lexer->advance(lexer, true); }

static bool is_letter(int32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c > 127;
}

static bool continues(TSLexer *lexer) {
    if (lexer->lookahead == '-') {
        skip(lexer);
        return lexer->lookahead == '>';
    }
    for (const char *word = "else"; *word; word++) {
        if (lexer->lookahead != *word) return false;
        skip(lexer);
    }
    return !is_letter(lexer->lookahead);
}

static bool begins(TSLexer *lexer) {
    char word[16];
    unsigned length = 0;
    while (is_letter(lexer->lookahead)) {
        if (length + 1 >= sizeof word || lexer->lookahead > 127) return false;
        word[length++] = (char)lexer->lookahead;
        skip(lexer);
    }
    word[length] = 0;
    bool spaces = false;
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t') {
        spaces = true;
        skip(lexer);
    }
    bool output = strcmp(word, "output") == 0 && (lexer->lookahead == '(' || lexer->lookahead == '[');
    for (unsigned i = 0; i < sizeof BEGINS / sizeof *BEGINS; i++)
        if (strcmp(word, BEGINS[i]) == 0) return output || (spaces && is_letter(lexer->lookahead));
    return false;
}

bool tree_sitter_dslc_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
    (void)payload;
    if (!valid_symbols[NEWLINE] && !valid_symbols[BREAK]) return false;
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\f' || lexer->lookahead == '\r')
        skip(lexer);
    if (lexer->lookahead != '\n') {
        lexer->mark_end(lexer);
        lexer->result_symbol = BREAK;
        return valid_symbols[BREAK] && begins(lexer);
    }
    if (!valid_symbols[NEWLINE]) return false;
    skip(lexer);
    lexer->mark_end(lexer);
    lexer->result_symbol = NEWLINE;
    for (;;) {
        while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\f' || lexer->lookahead == '\r' ||
               lexer->lookahead == '\n')
            skip(lexer);
        if (lexer->lookahead != '#') return !continues(lexer);
        while (lexer->lookahead != '\n' && !lexer->eof(lexer)) skip(lexer);
        if (lexer->eof(lexer)) return true;
    }
}
