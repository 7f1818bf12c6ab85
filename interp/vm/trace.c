/* SPDX-License-Identifier: MIT */
/*
 * Places and names are looked up from saved program counters only when an
 * error happens; running code pays one store a call.
 */
#include "interp/vm/trace.h"

#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/vm/call.h"
#include "interp/vm/library.h"

#include <assert.h>
#include <stddef.h>

/* A frame that runs a function with a place; not a builtin's. */
static bool
frame_place(const struct vm_frame *frame, struct error_place *place)
{
    if (frame->pc == NULL) {
        return false;
    }
    const struct code_object *code = code_of_function(frame->base[-1]);
    // The saved counter is behind the instruction that was at work.
    ptrdiff_t pc = frame->pc - code->words - 1;
    assert(pc < (ptrdiff_t)code->word_count);
    *place = code_place_at(code, pc < 0 ? 0 : (uint32_t)pc);
    return place->line != 0;
}

struct error_place
call_place(void)
{
    struct error_place place;
    for (struct vm_frame *frame = vm.frame; frame > vm.frames; frame--) {
        if (frame_place(frame, &place)) {
            return place;
        }
    }
    return (struct error_place){.file = VALUE_NIL};
}

/* The parts of one function (the body of a try, a handler) show as one line,
 * the innermost: this frame called such a part. */
static bool
called_inner_part(const struct vm_frame *frame)
{
    return frame < vm.frame && frame[1].pc != NULL &&
           code_of_function(frame[1].base[-1])->is_inner;
}

/* Of the form that was evaluated last from outside. */
static struct error_place form_place;

void
trace_set_form(const struct error_place *place)
{
    form_place =
        place == NULL ? (struct error_place){.file = VALUE_NIL} : *place;
}

/* Where the program itself stands: what happens inside of the library happens
 * where it was called. Of nothing but library, the innermost place. */
static struct error_place
program_place(void)
{
    struct error_place place;
    for (struct vm_frame *frame = vm.frame; frame > vm.frames; frame--) {
        if (frame_place(frame, &place) && !library_has_file(place.file)) {
            return place;
        }
    }
    return call_place();
}

/* A trace in the making. Of calls inside of the library, one after the other,
 * only the outermost is shown, which the program made; what of it called the
 * program (to run its tests, say) is nobody's business. */
struct tracing {
    struct error_object *error;
    Value name; /* of a function of the library that may be the outermost */
    struct error_place place; /* its own; line 0: there is none */
};

static void
add_held(struct tracing *tracing)
{
    if (tracing->place.line != 0) {
        error_add_trace(tracing->error, tracing->name, &tracing->place);
        tracing->place.line = 0;
    }
}

static void
add_frame(struct tracing *tracing, const struct vm_frame *frame)
{
    struct error_place place;
    if (!frame_place(frame, &place) || called_inner_part(frame)) {
        return;
    }
    Value name = code_of_function(frame->base[-1])->name;
    if (library_has_file(place.file)) {
        tracing->name = name;
        tracing->place = place;
        return;
    }
    add_held(tracing);
    error_add_trace(tracing->error, name, &place);
}

/* Innermost first. A deep recursion would show nothing but itself, so its
 * middle is left out; builtins are left out, too, for their caller's place says
 * what was called. */
void
trace_fill(struct error_object *error)
{
    // A place in a text without a name, as read-string has it, is none.
    if (error->place.line == 0 || !text_is(error->place.file)) {
        error->place = program_place();
    }
    if (error->place.line == 0) {
        error->place = form_place;
    }
    ptrdiff_t depth = vm.frame - vm.frames;
    error->trace = vector_empty();
    struct tracing tracing = {.error = error};
    ptrdiff_t half = TRACE_FRAMES_MAX / 2;
    for (ptrdiff_t i = depth; i > 0; i--) {
        if (depth - i == half && i > half) {
            struct error_place nowhere = {.file = VALUE_NIL};
            Value text = text_format("... %td more calls", i - half);
            add_held(&tracing);
            error_add_trace(error, text, &nowhere);
            i = half + 1;
        } else {
            add_frame(&tracing, &vm.frames[i]);
        }
    }
    if (vector_count(error->trace) == 0) {
        add_held(&tracing);
    }
}
