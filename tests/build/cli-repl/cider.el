;; SPDX-License-Identifier: MIT
;; Drives CIDER against the server whose port is in .nrepl-port, and prints what
;; it got, one line a question. Run by 09-cider.sh.
(setq cider-repl-display-help-banner nil)

(defun say (what value)
  (princ (format "%s: %S\n" what value)))

(defun wait-for (holds)
  (with-timeout (40 nil)
    (while (not (funcall holds))
      (accept-process-output nil 0.05))
    t))

(defun ask (code key)
  (nrepl-dict-get (cider-nrepl-sync-request:eval code) key))

(let ((port (with-temp-buffer
              (insert-file-contents ".nrepl-port")
              (string-to-number (buffer-string))))
      (connected nil))
  (find-file "src.clj")
  (clojure-mode)
  (let ((source (current-buffer)))
    (add-hook 'cider-connected-hook (lambda () (setq connected t)))
    (cider-connect-clj (list :host "127.0.0.1" :port port
                             :project-dir default-directory))
    (say 'connected (wait-for (lambda () connected)))
    (set-buffer source)
    (say 'value (ask "(+ 1 2)" "value"))
    (say 'out (ask "(print \"printed\")" "out"))
    (say 'ex (ask "(zork)" "ex"))
    (say 'eldoc (nrepl-dict-get (cider-sync-request:eldoc "map") "eldoc"))
    (say 'complete (mapcar #'substring-no-properties (cider-complete "command-o")))
    (let ((info (cider-var-info "object")))
      (say 'where (list (file-name-nondirectory (nrepl-dict-get info "file"))
                        (nrepl-dict-get info "line"))))
    (cider-load-buffer)
    (say 'loaded (ask "(src/twice 4)" "value"))
    (say 'doc (nrepl-dict-get (cider-var-info "src/twice") "doc"))
    (let ((ended nil))
      (cider-interactive-eval
       "(loop [] (recur))"
       (lambda (response)
         (when (member "interrupted" (nrepl-dict-get response "status"))
           (setq ended t))))
      (accept-process-output nil 0.2)
      (say 'interrupted (wait-for (lambda ()
                                    (cider-interrupt)
                                    (accept-process-output nil 0.2)
                                    ended))))
    (say 'alive (ask ":alive" "value"))
    (say 'sessions (length (nrepl-dict-get
                            (nrepl-sync-request:ls-sessions (cider-current-repl))
                            "sessions")))))
