/* SPDX-License-Identifier: MIT */
/*
 * Places and names are looked up from saved program counters only when an
 * error happens; running code pays one store a call.
 */
#include "interp/vm/trace.h"

#include "interp/data/map.h"
#include "interp/data/number.h"
#include "interp/data/symbol.h"
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
    ptrdiff_t pc = frame->pc - code->words - 1;
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

static Value
keyword(const char *name)
{
    return keyword_from_cstring(name);
}

static Value
entry(Value name, const struct error_place *place)
{
    Value pairs[8] = {keyword("fn"),     name,
                      keyword("file"),   place->file,
                      keyword("line"),   number_int(place->line),
                      keyword("column"), number_int(place->column)};
    return map_from_pairs(pairs, 4);
}

/* The parts of one function (the body of a try, a handler) show as one line,
 * the innermost: this frame called such a part. */
static bool
called_inner_part(const struct vm_frame *frame)
{
    return frame < vm.frame && frame[1].pc != NULL &&
           code_of_function(frame[1].base[-1])->is_inner;
}

void
trace_fill(struct error_object *error)
{
    if (error->place.line == 0) {
        error->place = call_place();
    }
    ptrdiff_t depth = vm.frame - vm.frames;
    Value trace = vector_empty();
    ptrdiff_t half = TRACE_FRAMES_MAX / 2;
    for (ptrdiff_t i = depth; i > 0; i--) {
        const struct vm_frame *frame = &vm.frames[i];
        struct error_place place;
        if (depth - i == half && i > half) {
            place = (struct error_place){.file = VALUE_NIL};
            Value text = text_format("... %td more ...", i - half);
            trace = vector_conj(trace, entry(text, &place));
            i = half + 1;
        } else if (frame_place(frame, &place) && !called_inner_part(frame)) {
            Value name = code_of_function(frame->base[-1])->name;
            trace = vector_conj(trace, entry(name, &place));
        }
    }
    error->trace = trace;
}
