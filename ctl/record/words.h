// SPDX-License-Identifier: GPL-2.0-or-later
// The words of cryptorture: enumerations and their one spelling, which the
// command line, text and JSON share.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ct {

enum class Context { Task, Softirq, Caller };
enum class Disturber {
    Timer,
    Preempt,
    Shuffle,
    Ipi,
    Resched,
    Membarrier,
    Hotplug,
    Memory,
};
enum class Direction { Encrypt, Decrypt, Tampered };
enum class State { Idle, Running, Stopping, Ended };
enum class Verdict { None, Clean, Corrupt, Inconclusive };
enum class End { None, Duration, Stopped, Mismatch, Unload, Failed };
enum class SuspectKind { Cpu, Core, Package };

enum class Gap {
    None,
    TooFew,
    NoFpuHit,
    CpuOffline,
    DriverFailed,
    NoSoftirq,
    NoCall,
    NoSimd,
    NoNested,
    NoLive,
    NotApplicable,
};
enum class Exempt { NoIcv, Deferred, Threaded };
// What an exerciser did between two checks of its registers.
enum class ThreadEvent {
    Spin,
    Syscall,
    Call,
    Fault,
    Signal,
    Altstack,
    Sleep,
    Migrate,
    Fork,
    Barrier,
    Exec,
    Ptrace,
};
enum class What {
    Text,
    Icv,
    Header,
    Iv,
    Guard,
    Source,
    Request,
    Status,
    Accepted,
    Stuck,
    Completion,
    Register,
    Reference,
};
// Where bytes were changed that are no output.
enum class Outside {
    Destination,
    DestinationFront,
    DestinationBehind,
    Source,
    SourceFront,
    SourceBehind,
    IvFront,
    IvBehind,
};
enum class BenchMode { Raw, Verified, Naive, Single };
// Long work that the module does, and how far it is.
enum class JobKind { Search, Start, Stop, Bench, Replay };
enum class JobState { Queued, Running, Done };
enum class JobStep { None, Modules, Drivers, Start, Stop, Measure, Replay };

// Every value of an enumeration has its name at its place in names<E>.
template <typename E> inline constexpr std::array<std::string_view, 0> names{};

template <>
inline constexpr std::array<std::string_view, 3> names<Context>{"task", "softirq", "caller"};
template <>
inline constexpr std::array<std::string_view, 8> names<Disturber>{
    "timer", "preempt", "shuffle", "ipi", "resched", "membarrier", "hotplug", "memory"};
template <>
inline constexpr std::array<std::string_view, 3> names<Direction>{"encrypt", "decrypt",
                                                                  "tampered"};
template <>
inline constexpr std::array<std::string_view, 4> names<State>{"idle", "running", "stopping",
                                                              "ended"};
template <>
inline constexpr std::array<std::string_view, 4> names<Verdict>{"NONE", "CLEAN", "CORRUPT",
                                                                "INCONCLUSIVE"};
template <>
inline constexpr std::array<std::string_view, 6> names<End>{"none",     "duration", "stopped",
                                                            "mismatch", "unload",   "failed"};
template <>
inline constexpr std::array<std::string_view, 3> names<SuspectKind>{"cpu", "core", "package"};
template <>
inline constexpr std::array<std::string_view, 11> names<Gap>{
    "none",    "too-few", "no-fpu-hit", "cpu-offline", "driver-failed", "no-softirq",
    "no-call", "no-simd", "no-nested",  "no-live",     "not-applicable"};
template <>
inline constexpr std::array<std::string_view, 3> names<Exempt>{"no-icv", "deferred",
                                                               "threaded"};
template <>
inline constexpr std::array<std::string_view, 12> names<ThreadEvent>{
    "spin",  "syscall", "call", "fault",   "signal", "altstack",
    "sleep", "migrate", "fork", "barrier", "exec",   "ptrace"};
template <>
inline constexpr std::array<std::string_view, 13> names<What>{
    "text",   "icv",      "header", "iv",         "guard",    "source",   "request",
    "status", "accepted", "stuck",  "completion", "register", "reference"};
template <>
inline constexpr std::array<std::string_view, 8> names<Outside>{
    "destination",  "destination-front", "destination-behind", "source",
    "source-front", "source-behind",     "iv-front",           "iv-behind"};
template <>
inline constexpr std::array<std::string_view, 4> names<BenchMode>{"raw", "verified", "naive",
                                                                  "single"};
template <>
inline constexpr std::array<std::string_view, 5> names<JobKind>{"search", "start", "stop",
                                                                "bench", "replay"};
template <>
inline constexpr std::array<std::string_view, 3> names<JobState>{"queued", "running", "done"};
template <>
inline constexpr std::array<std::string_view, 7> names<JobStep>{
    "none", "modules", "drivers", "start", "stop", "measure", "replay"};

// How many values an enumeration has.
template <typename E> inline constexpr std::size_t count_of = names<E>.size();

template <typename E> [[nodiscard]] constexpr std::string_view name(E value)
{
    const auto place = static_cast<std::size_t>(value);
    return place < count_of<E> ? names<E>[place] : std::string_view("unknown");
}

template <typename E> [[nodiscard]] constexpr std::optional<E> from_name(std::string_view word)
{
    for (std::size_t place = 0; place < count_of<E>; ++place)
        if (names<E>[place] == word)
            return static_cast<E>(place);
    return std::nullopt;
}

// "task, softirq"; empty for an empty list.
template <typename E>
[[nodiscard]] std::string join_names(const std::vector<E> &values,
                                     std::string_view between = ", ")
{
    std::string text;
    for (const E value : values) {
        if (!text.empty())
            text += between;
        text += name(value);
    }
    return text;
}

// The words that an option takes: "task, softirq".
template <typename E> [[nodiscard]] std::string all_names()
{
    std::string text;
    for (const std::string_view word : names<E>) {
        if (!text.empty())
            text += ", ";
        text += word;
    }
    return text;
}

} // namespace ct
