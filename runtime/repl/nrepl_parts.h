/* SPDX-License-Identifier: MIT */
/* The inside of the nREPL server: nrepl.c has its life and its evaluations,
 * nrepl_ops.c the operations that only ask. */
#ifndef RUNTIME_REPL_NREPL_PARTS_H
#define RUNTIME_REPL_NREPL_PARTS_H

#include "runtime/repl/bencode.h"
#include "runtime/repl/repl.h"
#include "runtime/repl/wire.h"

enum { NREPL_ID_SIZE = 37 };

/* What an editor calls a session: a talk, and what it sent for read-line. */
struct nrepl_session {
    char id[NREPL_ID_SIZE];
    struct talk talk;
    struct buffer input; /* under the lock of the server */
    bool is_input_ended; /* likewise */
};

/* A message that is being answered. */
struct nrepl_request {
    uint32_t from;
    const struct bencode *message;
    struct nrepl_session *session; /* NULL: it named none */
};

/* An answer with the id and session of the request. */
struct bencode_dict nrepl_answer(const struct nrepl_request *request);
/* Adds the status: words with blanks between them. */
void nrepl_put_status(struct bencode_dict *answer, const char *words);
void
nrepl_send(const struct nrepl_request *request, struct bencode_dict *answer);
/* An answer that is a status and nothing else. */
void nrepl_send_status(const struct nrepl_request *request, const char *words);

/* One operation; what it takes and gives is in the table of nrepl_ops.c. */
typedef void nrepl_op_fn(const struct nrepl_request *request);
nrepl_op_fn *nrepl_op_find(const char *name);

/* --- nrepl.c ---------------------------------------------------------------- */

/* Whether there is a namespace of this name. */
bool nrepl_has_namespace(const char *ns);

nrepl_op_fn nrepl_clone;
nrepl_op_fn nrepl_close;
nrepl_op_fn nrepl_list_sessions;
nrepl_op_fn nrepl_eval;
nrepl_op_fn nrepl_load_file;

/* --- nrepl_graph.c ---------------------------------------------------------- */

nrepl_op_fn nrepl_graph_query;
nrepl_op_fn nrepl_why;

#endif
