;;; dslc-mode.el --- Keras models in .kdl files -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indentation and the language server for the models that dslc compiles to Keras.
;; Documents of the KDL Document Language (kdl.dev) have the same suffix: `dslc-mode-maybe' looks at the text.
;;
;;   (add-to-list 'load-path "…/editors/emacs")
;;   (require 'dslc-mode)
;;   (add-hook 'dslc-mode-hook #'eglot-ensure)

;;; Code:

(defgroup dslc nil
  "Keras models in .kdl files."
  :group 'languages)

(defcustom dslc-server-command '("dslc" "lsp")
  "The language server with its arguments."
  :type '(repeat string))

(defcustom dslc-indent-offset 4
  "How far a body, and a line that begins with an arrow, is indented."
  :type 'integer
  :safe #'integerp)

;; `editors/generate.py' writes the lists of words.
(defconst dslc--words
  '((items "block" "extern" "fn" "model" "use")
    (names "input" "loss" "shared" "weight")
    (output "output")
    (bare "assert" "return")
    (from "from")
    (flow "else" "for" "if")
    (operators "and" "in" "is" "not" "or")
    (values "False" "None" "True")
    (builtins "abs" "all" "any" "bool" "ceil" "cond" "enumerate" "float" "floor" "int" "items" "keys" "len" "list" "max" "min" "range" "record" "reversed" "round" "sorted" "str" "sum" "taps" "tuple" "values" "zip")
    (namespaces "activations" "applications" "constraints" "initializers" "math" "ops" "random" "regularizers")
    (between "and" "else" "for" "if" "in" "is" "not" "or"))
  "The words of the language by what they are for.")

(defun dslc--any (purpose)
  "A pattern of the words for PURPOSE."
  (regexp-opt (cdr (assq purpose dslc--words))))

(defun dslc--before (pattern)
  "A function that looks for PATTERN where no dot stands before it."
  (lambda (limit)
    (let (found)
      (while (and (setq found (re-search-forward pattern limit t))
                  (eq (char-before (match-beginning 0)) ?.))
        (goto-char (1+ (match-beginning 0))))
      found)))

(defun dslc--soft (purpose)
  "A function that looks for a word for PURPOSE where a name follows it."
  (let ((word (concat "\\_<\\(" (dslc--any purpose) "\\)\\_>[ \t]+\\([[:alnum:]_]+\\)"))
        (between (concat "\\`" (dslc--any 'between) "\\'")))
    (lambda (limit)
      (let (found (case-fold-search nil))
        (while (and (setq found (re-search-forward word limit t))
                    (or (eq (char-before (match-beginning 1)) ?.)
                        (string-match-p between (match-string-no-properties 2))))
          (goto-char (match-end 1)))
        (when found (goto-char (match-end 1)))
        found))))

(defconst dslc-font-lock-keywords
  `((,(dslc--soft 'items) (1 font-lock-keyword-face) (2 font-lock-type-face))
    (,(dslc--soft 'names) (1 font-lock-keyword-face))
    (,(concat "\\(?:^\\|[]{})]\\)[ \t]*\\_<\\(" (dslc--any 'output) "\\)\\(?:[ \t]*[[(]\\|[ \t]+\\(?:[[:alnum:]_\"']\\|-[^>]\\)\\)")
     (1 font-lock-keyword-face))
    (,(concat "\\(?:^\\|[{}]\\)[ \t]*\\_<\\(" (dslc--any 'bare) "\\)\\_>\\(?:[ \t]*[^]=,.:+*/%@<>!) \t\n]\\|[ \t]+\\*[^*= \t\n]\\)") (1 font-lock-keyword-face))
    (,(concat "[[:alnum:]_)][ \t]+\\(" (dslc--any 'from) "\\)\\_>[ \t]*[\"'[:alpha:]_]") (1 font-lock-keyword-face))
    (,(dslc--before (concat "\\_<" (dslc--any 'flow) "\\_>")) . font-lock-keyword-face)
    (,(dslc--before (concat "\\_<" (dslc--any 'operators) "\\_>")) . font-lock-keyword-face)
    (,(dslc--before (concat "\\_<" (dslc--any 'values) "\\_>")) . font-lock-constant-face)
    (,(dslc--before (concat "\\_<\\(" (dslc--any 'builtins) "\\)[ \t]*(")) 1 font-lock-builtin-face)
    (,(dslc--before (concat "\\_<\\(" (dslc--any 'namespaces) "\\)[ \t]*\\.")) 1 font-lock-builtin-face)
    ("\\_<\\([[:alpha:]_][[:alnum:]_]*\\)[ \t]*=[^=]" 1 font-lock-variable-name-face)
    ("\\_<[[:upper:]][[:alnum:]_]*\\_>" . font-lock-type-face)
    ("->\\|\\?" . 'font-lock-operator-face)
    ("\\_<[0-9][0-9_]*\\(?:\\.[0-9_]*\\)?\\(?:[eE][-+]?[0-9_]+\\)?\\_>" . 'font-lock-number-face))
  "What is coloured, and how.")

(defvar dslc-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?\\ "\\" table)
    (dolist (each '(?+ ?- ?* ?/ ?% ?@ ?< ?> ?= ?! ?? ?.))
      (modify-syntax-entry each "." table))
    table)
  "What the characters of a model are.")

(defconst dslc--triple
  (syntax-propertize-rules
   ("\"\"\"\\|'''"
    (0 (ignore (dslc--propertize-triple)))))
  "Marks the quotes of docstrings.")

(defun dslc--propertize-triple ()
  "Mark three quotes as one fence of a string, unless they stand in another string or a comment."
  (let* ((start (match-beginning 0))
         (state (save-excursion (syntax-ppss start)))
         (in (nth 3 state)))
    (cond ((nth 4 state))
          ((null in) (put-text-property start (1+ start) 'syntax-table (string-to-syntax "|")))
          ((and (eq in t) (eq (char-after start) (char-after (nth 8 state))))
           (put-text-property (1- (match-end 0)) (match-end 0) 'syntax-table (string-to-syntax "|"))))))

(defun dslc--code (line)
  "The text of the line that holds LINE's position, without its strings and its comment."
  (save-excursion
    (goto-char line)
    (let ((text (buffer-substring-no-properties (line-beginning-position) (line-end-position))))
      (setq text (replace-regexp-in-string "\"\\(?:\\\\.\\|[^\"\\]\\)*\"\\|'\\(?:\\\\.\\|[^'\\]\\)*'" "\"" text))
      (string-trim-right (replace-regexp-in-string "#.*\\'" "" text)))))

(defconst dslc--goes-on
  "\\(?:->\\|[-+*/%@]\\|[^=<>!]=\\|\\_<\\(?:and\\|in\\|is\\|not\\|or\\)\\|\\`[ \t]*assert\\_>.*,\\)\\'"
  "The end of a line that the next one continues.")
(defconst dslc--carries-on "\\`[ \t]*\\(->\\|else\\_>\\)"
  "The beginning of a line that continues the one before.")

(defun dslc--head ()
  "Go from a line that begins with a closing bracket to the line of the opening one; back to the indentation at any rate."
  (back-to-indentation)
  (when (looking-at "[])}]")
    (goto-char (or (nth 1 (syntax-ppss)) (point)))
    (back-to-indentation)))

(defun dslc--above ()
  "Go to the line with code above this one; nil when there is none."
  (let (found)
    (while (and (not found) (zerop (forward-line -1)))
      (setq found (not (looking-at "[ \t]*\\(#\\|$\\)"))))
    found))

(defun dslc--text ()
  "The code of this line, or that of the next one where this is a comment inside of a chain."
  (save-excursion
    (let ((own (dslc--code (point))))
      (while (and (looking-at "[ \t]*\\(#\\|$\\)") (zerop (forward-line 1)) (not (eobp))))
      (let ((code (dslc--code (point))))
        (if (string-match-p "\\`[ \t]*->" code) code own)))))

(defun dslc--start ()
  "Go to the line that the statement around this line begins with."
  (dslc--head)
  (let ((going t))
    (while going
      (let ((carries (string-match-p dslc--carries-on (dslc--code (point))))
            (here (point)))
        (if (and (dslc--above) (or carries (string-match-p dslc--goes-on (dslc--code (point)))))
            (dslc--head)
          (goto-char here)
          (setq going nil))))))

(defun dslc--indentation ()
  "The indentation that this line should have."
  (save-excursion
    (back-to-indentation)
    (cond
     ((nth 3 (syntax-ppss (line-beginning-position))) (current-indentation))
     ((looking-at "[])}]") (dslc--head) (current-indentation))
     (t
      (let* ((text (dslc--text))
             (carries (and (string-match dslc--carries-on text) (match-string 1 text))))
        (if (not (dslc--above))
            0
          (let ((code (dslc--code (point))))
            (cond
             ((string-match-p "[[({]\\'" code) (+ (current-indentation) dslc-indent-offset))
             (carries
              (dslc--head)
              (let ((head (dslc--code (point))))
                (+ (current-indentation)
                   (if (or (and (string-match dslc--carries-on head) (equal carries (match-string 1 head)))
                           (and (dslc--above) (string-match-p "[^=<>!]=\\'" (dslc--code (point)))))
                       0
                     dslc-indent-offset))))
             ((string-match-p dslc--goes-on code) (+ (current-indentation) dslc-indent-offset))
             (t (dslc--start) (current-indentation))))))))))

(defun dslc-indent-line ()
  "Indent this line."
  (interactive)
  (let ((behind (- (point-max) (point))))
    (indent-line-to (dslc--indentation))
    (when (> (- (point-max) behind) (point))
      (goto-char (- (point-max) behind)))))

;;;###autoload
(define-derived-mode dslc-mode prog-mode "dslc"
  "Models of dslc."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local indent-line-function #'dslc-indent-line)
  (setq-local electric-indent-chars (append "{}[]()" electric-indent-chars))
  (setq-local syntax-propertize-function dslc--triple)
  (setq-local font-lock-defaults '(dslc-font-lock-keywords))
  (setq-local imenu-generic-expression
              `((nil ,(concat "^" (dslc--any 'items) "[ \t]+\\([[:alpha:]_][[:alnum:]_]*\\)[ \t]*[({=]") 1))))

(defconst dslc--item (concat "^\\(?:" (dslc--any 'items) "[ \t]+[[:alpha:]_]\\|[[:alpha:]_][[:alnum:]_]*[ \t]*=\\)")
  "What no document of the KDL Document Language has at the beginning of a line.")

;;;###autoload
(defun dslc-mode-maybe ()
  "`dslc-mode' for models, the mode of the KDL Document Language, or none, for its documents."
  (interactive)
  (save-excursion
    (goto-char (point-min))
    (skip-chars-forward " \t\n\r")
    (let ((case-fold-search nil))
      (cond ((or (eobp)
                 (string-suffix-p ".model.kdl" (or buffer-file-name ""))
                 (looking-at-p "\"\"\"\\|'''\\|#")
                 (re-search-forward dslc--item nil t))
             (dslc-mode))
            ((fboundp 'kdl-mode) (kdl-mode))
            (t (fundamental-mode))))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.kdl\\'" . dslc-mode-maybe))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(dslc-mode . (lambda (&rest _) dslc-server-command))))

(provide 'dslc-mode)
;;; dslc-mode.el ends here
