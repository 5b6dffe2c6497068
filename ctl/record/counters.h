// SPDX-License-Identifier: GPL-2.0-or-later
// The counters of a run and of a cell of coverage, each in one line. The structs, the
// decoder, JSON, what reads it again, its schema (`make schema`) and the tests are made of
// these lists; a counter needs no other line in the program.
#pragma once

#include <array>
#include <cstdint>

#include <linux/cryptorture.h>

namespace ct {

enum class Presence {
    Needed,
    Added, // by a later release: modules and saved runs of earlier ones do not have it, and
           // it is 0 then
};

// COUNTER(name, as a member and in JSON; its attribute; presence; text for the schema)

// Of every line that says where a run stands.
#define RUN_COUNTERS(COUNTER)                                                                  \
    COUNTER(started_ns, CRYPTORTURE_A_STATUS_STARTED, Needed, "Wall clock, since 1970")        \
    COUNTER(elapsed_ns, CRYPTORTURE_A_STATUS_ELAPSED, Needed, "")                              \
    COUNTER(operations, CRYPTORTURE_A_STATUS_OPERATIONS, Needed, "")                           \
    COUNTER(bytes, CRYPTORTURE_A_STATUS_BYTES, Needed, "Of text")                              \
    COUNTER(blocks, CRYPTORTURE_A_STATUS_BLOCKS, Needed, "Of text, 16 bytes each")             \
    COUNTER(mismatches, CRYPTORTURE_A_STATUS_MISMATCHES, Needed, "All, the injected ones too") \
    COUNTER(injected, CRYPTORTURE_A_STATUS_INJECTED, Needed, "")                               \
    COUNTER(injected_found, CRYPTORTURE_A_STATUS_INJECTED_FOUND, Needed, "")                   \
    COUNTER(interruptions, CRYPTORTURE_A_STATUS_INTERRUPTIONS, Needed, "")                     \
    COUNTER(fpu_hits, CRYPTORTURE_A_STATUS_FPU_HITS, Needed,                                   \
            "Interruptions inside a kernel FPU section")                                       \
    COUNTER(preemptions, CRYPTORTURE_A_STATUS_PREEMPTIONS, Needed, "")                         \
    COUNTER(nested, CRYPTORTURE_A_STATUS_NESTED, Needed,                                       \
            "Softirq operations over one of a task")                                           \
    COUNTER(nested_fpu, CRYPTORTURE_A_STATUS_NESTED_FPU, Needed,                               \
            "Of these, over its FPU section")

// Of a verdict and a status besides.
#define VERDICT_COUNTERS(COUNTER)                                                              \
    COUNTER(overwritten, CRYPTORTURE_A_STATUS_OVERWRITTEN, Needed,                             \
            "Of the records made, by later ones")                                              \
    COUNTER(unrecorded, CRYPTORTURE_A_STATUS_UNRECORDED, Needed,                               \
            "Mismatches without a record")                                                     \
    COUNTER(vectors, CRYPTORTURE_A_STATUS_VECTORS, Needed, "")                                 \
    COUNTER(memory, CRYPTORTURE_A_STATUS_MEMORY, Needed, "Bytes")                              \
    COUNTER(starved, CRYPTORTURE_A_STATUS_STARVED, Needed,                                     \
            "Operations refused for want of memory; not counted elsewhere")                    \
    COUNTER(nested_user, CRYPTORTURE_A_STATUS_NESTED_USER, Needed,                             \
            "Softirq operations over live user registers")                                     \
    COUNTER(fallbacks, CRYPTORTURE_A_STATUS_FALLBACKS, Needed,                                 \
            "Operations that found the FPU busy")                                              \
    COUNTER(migrations, CRYPTORTURE_A_STATUS_MIGRATIONS, Needed, "")                           \
    COUNTER(async, CRYPTORTURE_A_STATUS_ASYNC, Needed,                                         \
            "Completed later than the call returned")                                          \
    COUNTER(reordered, CRYPTORTURE_A_STATUS_REORDERED, Needed,                                 \
            "Of these, before one submitted earlier")                                          \
    COUNTER(backlogged, CRYPTORTURE_A_STATUS_BACKLOGGED, Needed,                               \
            "Of these, through a driver's backlog")                                            \
    COUNTER(register_checks, CRYPTORTURE_A_STATUS_REGISTER_CHECKS, Needed, "")                 \
    COUNTER(register_mismatches, CRYPTORTURE_A_STATUS_REGISTER_MISMATCHES, Needed,             \
            "Among the mismatches")                                                            \
    COUNTER(reference_checks, CRYPTORTURE_A_STATUS_REFERENCE_CHECKS, Needed,                   \
            "Vectors computed on two CPUs and compared")                                       \
    COUNTER(mismatches_void, CRYPTORTURE_A_STATUS_MISMATCHES_VOID, Needed,                     \
            "Of mismatches, those of expected results that were damaged afterwards")

#define CELL_COUNTERS(COUNTER)                                                                 \
    COUNTER(operations, CRYPTORTURE_A_CELL_OPERATIONS, Needed, "")                             \
    COUNTER(bytes, CRYPTORTURE_A_CELL_BYTES, Needed, "")                                       \
    COUNTER(mismatches, CRYPTORTURE_A_CELL_MISMATCHES, Needed, "")                             \
    COUNTER(mismatches_moved, CRYPTORTURE_A_CELL_MISMATCHES_MOVED, Needed,                     \
            "Of these, of operations that more than one CPU may have made")                    \
    COUNTER(interruptions, CRYPTORTURE_A_CELL_INTERRUPTIONS, Needed, "")                       \
    COUNTER(fpu_hits, CRYPTORTURE_A_CELL_FPU_HITS, Needed, "")                                 \
    COUNTER(preemptions, CRYPTORTURE_A_CELL_PREEMPTIONS, Needed, "")                           \
    COUNTER(migrations, CRYPTORTURE_A_CELL_MIGRATIONS, Needed, "")                             \
    COUNTER(nested, CRYPTORTURE_A_CELL_NESTED, Needed, "")                                     \
    COUNTER(nested_fpu, CRYPTORTURE_A_CELL_NESTED_FPU, Needed, "")                             \
    COUNTER(async, CRYPTORTURE_A_CELL_ASYNC, Needed, "")                                       \
    COUNTER(simd, CRYPTORTURE_A_CELL_SIMD, Needed, "Submitted with the FPU free")              \
    COUNTER(fallbacks, CRYPTORTURE_A_CELL_FALLBACKS, Needed,                                   \
            "Submitted with the FPU busy; of SIMD drivers")                                    \
    COUNTER(live, CRYPTORTURE_A_CELL_LIVE, Needed, "With live user registers below")           \
    COUNTER(concurrent_checked, CRYPTORTURE_A_CELL_CONCURRENT_CHECKED, Added,                  \
            "Operations of which it was determined what else was under way")                   \
    COUNTER(concurrent, CRYPTORTURE_A_CELL_CONCURRENT, Added,                                  \
            "Of these, at the same time as another operation of the driver")

template <typename Counters> struct CounterEntry {
    const char *name;
    std::uint64_t Counters::*member;
    int attribute;
    const char *key; // name of the attribute in the contract
    Presence presence;
    const char *text;
};

#define DECLARE_COUNTER(name, attribute, presence, text) std::uint64_t name = 0;

struct RunCounters {
    RUN_COUNTERS(DECLARE_COUNTER)

    friend bool operator==(const RunCounters &, const RunCounters &) = default;
};

struct VerdictCounters {
    VERDICT_COUNTERS(DECLARE_COUNTER)

    friend bool operator==(const VerdictCounters &, const VerdictCounters &) = default;
};

struct CellCounters {
    CELL_COUNTERS(DECLARE_COUNTER)

    friend bool operator==(const CellCounters &, const CellCounters &) = default;
};

#undef DECLARE_COUNTER

#define LIST_COUNTER(name, attribute, presence, text)                                          \
    CounterEntry<Of>{#name, &Of::name, attribute, #attribute, Presence::presence, text},

inline constexpr auto run_counters = [] {
    using Of = RunCounters;
    return std::array{RUN_COUNTERS(LIST_COUNTER)};
}();

inline constexpr auto verdict_counters = [] {
    using Of = VerdictCounters;
    return std::array{VERDICT_COUNTERS(LIST_COUNTER)};
}();

inline constexpr auto cell_counters = [] {
    using Of = CellCounters;
    return std::array{CELL_COUNTERS(LIST_COUNTER)};
}();

#undef LIST_COUNTER

// Softirq operations over the FPU section of a task's operation: of counters how many, of
// a record whether there was one over its section, or it was one itself.
template <typename Counted> [[nodiscard]] constexpr auto &over_fpu_section(Counted &counted)
{
    return counted.nested_fpu;
}

} // namespace ct
