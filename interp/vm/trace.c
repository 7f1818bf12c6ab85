/* SPDX-License-Identifier: MIT */
/*
 * Places and names are looked up from saved program counters only when an
 * error happens; running code pays one store a call.
 */
#include "interp/vm/trace.h"

#include "interp/data/text.h"
#include "interp/data/vector.h"
#include "interp/vm/call.h"

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

/* Innermost first. A deep recursion would show nothing but itself, so its
 * middle is left out; builtins are left out, too, for their caller's place says
 * what was called. */
void
trace_fill(struct error_object *error)
{
    if (error->place.line == 0) {
        error->place = call_place();
    }
    if (error->place.line == 0) {
        error->place = form_place;
    }
    ptrdiff_t depth = vm.frame - vm.frames;
    error->trace = vector_empty();
    ptrdiff_t half = TRACE_FRAMES_MAX / 2;
    for (ptrdiff_t i = depth; i > 0; i--) {
        const struct vm_frame *frame = &vm.frames[i];
        struct error_place place;
        if (depth - i == half && i > half) {
            place = (struct error_place){.file = VALUE_NIL};
            Value text = text_format("... %td more calls", i - half);
            error_add_trace(error, text, &place);
            i = half + 1;
        } else if (frame_place(frame, &place) && !called_inner_part(frame)) {
            Value name = code_of_function(frame->base[-1])->name;
            error_add_trace(error, name, &place);
        }
    }
}
