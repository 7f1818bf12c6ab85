/* SPDX-License-Identifier: MIT */
/*
 * The instructions, one list for the machine and the disassembler.
 *
 * An instruction is one 64-bit word, op:16 a:16 b:16 c:16 from the lowest bit;
 * b and c together may be one 32-bit number, `wide`. Some take further words:
 * an index of a constant, or a jump: the distance to its target from the word
 * behind it, in the upper half, so any distance works. R[x] is a register of the frame, K a
 * constant.
 *
 *   X(name, shape)
 *
 * The compare-and-jump instructions go on at the next instruction when the
 * comparison holds, and jump when it does not.
 */
#ifndef INTERP_COMPILE_OPCODE_H
#define INTERP_COMPILE_OPCODE_H

#include <stdint.h>

/* What the operands of an instruction are, for the disassembler. */
enum opcode_shape {
    SHAPE_A,       /* R[a] */
    SHAPE_AB,      /* R[a] R[b] */
    SHAPE_ABC,     /* R[a] R[b] R[c] */
    SHAPE_AWIDE,   /* R[a] K[wide] */
    SHAPE_JUMP,    /* wide: jump */
    SHAPE_AJUMP,   /* R[a]; wide: jump */
    SHAPE_ABJUMP,  /* R[a] R[b]; next word: jump */
    SHAPE_AIJUMP,  /* R[a], b a small integer; next word: jump */
    SHAPE_ABI,     /* R[a] R[b], c a small integer */
    SHAPE_ABCCONST /* R[a] R[b] c; next word: constant */
};

/* clang-format off */
#define OPCODE_LIST(X)                                                         \
    X(CONST, SHAPE_AWIDE)          /* R[a] = K[wide] */                        \
    X(MOVE, SHAPE_AB)              /* R[a] = R[b] */                           \
    X(TAKE, SHAPE_AB)              /* R[a] = R[b]; R[b] = nil */               \
    X(CAPTURED, SHAPE_AB)          /* R[a] = captured b of this function */    \
    X(DRAW, SHAPE_AB)              /* the same; it keeps the recipe alone */   \
    X(SELF, SHAPE_A)               /* R[a] = this function */                  \
    X(GLOBAL, SHAPE_AWIDE)         /* R[a] = value of the var K[wide] */       \
    X(DEF, SHAPE_ABCCONST)         /* define var K; R[a] = it; b: value, */    \
                                   /* c: 1 has value, 2 has meta in R[b+1] */  \
    X(CLOSURE, SHAPE_AWIDE)        /* R[a] = function of code K[wide]; then */ \
                                   /* one word a captured value */             \
    X(FIX, SHAPE_ABC)              /* captured b of R[a] = R[c] */             \
    X(CALL, SHAPE_ABC)             /* R[b] = R[a](R[a+1] .. R[a+c]) */         \
    X(CALL_GLOBAL, SHAPE_ABCCONST) /* the same, function in var K */           \
    X(CALL_BUILTIN, SHAPE_ABCCONST) /* the same, builtin K, arity checked */   \
    X(KEYWORD_GET, SHAPE_ABCCONST) /* R[a] = (K R[b]) */                       \
    X(RETURN, SHAPE_A)             /* give R[a] to the caller */               \
    X(JUMP, SHAPE_JUMP)                                                        \
    X(LOOP, SHAPE_JUMP)            /* backwards: counts a step */              \
    X(JUMP_FALSE, SHAPE_AJUMP)                                                 \
    X(JUMP_TRUE, SHAPE_AJUMP)                                                  \
    X(JUMP_NOT_NIL, SHAPE_AJUMP)                                               \
    X(IF_LESS, SHAPE_ABJUMP)       /* R[a] < R[b] */                           \
    X(IF_LESS_EQUAL, SHAPE_ABJUMP)                                             \
    X(IF_EQUAL, SHAPE_ABJUMP)      /* = */                                     \
    X(IF_SAME, SHAPE_ABJUMP)       /* == */                                    \
    X(IF_LESS_INT, SHAPE_AIJUMP)   /* R[a] < b */                              \
    X(IF_LESS_EQUAL_INT, SHAPE_AIJUMP)                                         \
    X(IF_GREATER_INT, SHAPE_AIJUMP)                                            \
    X(IF_GREATER_EQUAL_INT, SHAPE_AIJUMP)                                      \
    X(IF_EQUAL_INT, SHAPE_AIJUMP)                                              \
    X(IF_SAME_INT, SHAPE_AIJUMP)                                               \
    X(ADD, SHAPE_ABC)              /* R[a] = R[b] + R[c] */                    \
    X(SUB, SHAPE_ABC)                                                          \
    X(MUL, SHAPE_ABC)                                                          \
    X(ADD_INT, SHAPE_ABI)          /* R[a] = R[b] + c */                       \
    X(SUB_INT, SHAPE_ABI)                                                      \
    X(LESS, SHAPE_ABC)                                                         \
    X(LESS_EQUAL, SHAPE_ABC)                                                   \
    X(EQUAL, SHAPE_ABC)                                                        \
    X(SAME, SHAPE_ABC)                                                         \
    X(NOT, SHAPE_AB)                                                           \
    X(IS_NIL, SHAPE_AB)                                                        \
    X(CASE, SHAPE_ABCCONST)        /* K: map to branch numbers; then a word */ \
                                   /* a branch, the default first; b: none */  \
    X(VECTOR, SHAPE_ABC)           /* R[a] = [R[b] ..], c of them */           \
    X(MAP, SHAPE_ABC)              /* c keys and values */                     \
    X(SET, SHAPE_ABC)                                                          \
    X(EXTEND, SHAPE_ABC)           /* add c registers from b to the vector, */ \
                                   /* map or set in R[a] */                    \
    X(META, SHAPE_ABC)             /* R[a] = R[b] with metadata R[c] */
/* clang-format on */

#define OPCODE_ENUM_(name, shape) OP_##name,
enum opcode { OPCODE_LIST(OPCODE_ENUM_) OPCODE_COUNT };
#undef OPCODE_ENUM_

/* Words after a CLOSURE: where a captured value comes from. */
enum capture_source {
    CAPTURE_REGISTER, /* of the frame that makes the closure */
    CAPTURE_OUTER,    /* captured value of the running function */
    CAPTURE_SELF,     /* the running function */
    CAPTURE_LATER     /* a FIX follows */
};

static inline uint64_t
opcode_word(enum opcode op, uint32_t a, uint32_t b, uint32_t c)
{
    return (uint64_t)op | (uint64_t)(a & 0xffffu) << 16 |
           (uint64_t)(b & 0xffffu) << 32 | (uint64_t)(c & 0xffffu) << 48;
}

static inline uint64_t
opcode_word_wide(enum opcode op, uint32_t a, uint32_t wide)
{
    return (uint64_t)op | (uint64_t)(a & 0xffffu) << 16 | (uint64_t)wide << 32;
}

static inline enum opcode
opcode_of(uint64_t word)
{
    return (enum opcode)(word & 0xffffu);
}

static inline uint32_t
opcode_a(uint64_t word)
{
    return (uint32_t)(word >> 16) & 0xffffu;
}

static inline uint32_t
opcode_b(uint64_t word)
{
    return (uint32_t)(word >> 32) & 0xffffu;
}

static inline uint32_t
opcode_c(uint64_t word)
{
    return (uint32_t)(word >> 48);
}

static inline uint32_t
opcode_wide(uint64_t word)
{
    return (uint32_t)(word >> 32);
}

/* A 16-bit operand as a signed number. */
static inline int64_t
opcode_signed(uint32_t operand)
{
    return (int16_t)(uint16_t)operand;
}

/* Name and shape; op < OPCODE_COUNT. */
const char *opcode_name(enum opcode op);
enum opcode_shape opcode_shape(enum opcode op);

#endif
