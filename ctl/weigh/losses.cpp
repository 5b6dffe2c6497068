// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/losses.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace ct {

namespace {

using enum BugClass;

bool upper_half_only(const Mismatch &record)
{
    const std::size_t size = std::min(record.expected.size(), record.actual.size());
    return size > block_size &&
           std::equal(record.expected.begin(), record.expected.begin() + block_size,
                      record.actual.begin());
}

bool speaks_of(const std::string &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

// A component of the extended state: SSE, upper halves of YMM, upper halves of ZMM0-15,
// ZMM16-31, mask registers, x87. Nothing: a register that reaches over several.
enum class Component { Sse, Avx, ZmmHigh, Hi16Zmm, Masks, X87 };

std::optional<Component> component_of(const Mismatch &record)
{
    const std::string &name = record.changed->name;
    if (name.starts_with("k"))
        return Component::Masks;
    if (name.starts_with("st") || (name.starts_with("f") && name.ends_with("w")))
        return Component::X87;
    if (name.starts_with("xmm"))
        return Component::Sse;
    const std::size_t size = std::min(record.expected.size(), record.actual.size());
    const auto same_below = [&](std::size_t limit) {
        return size > limit &&
               std::equal(record.expected.begin(),
                          record.expected.begin() + static_cast<std::ptrdiff_t>(limit),
                          record.actual.begin());
    };
    constexpr std::size_t ymm_size = 2 * block_size;
    if (name.starts_with("zmm")) {
        constexpr std::size_t two_digits = 5;
        if (name.size() == two_digits && name.compare(3, 2, "16") >= 0)
            return Component::Hi16Zmm;
        return same_below(ymm_size) ? std::optional(Component::ZmmHigh) : std::nullopt;
    }
    return name.starts_with("ymm") && same_below(block_size) ? std::optional(Component::Avx)
                                                             : std::nullopt;
}

// Registers of one thread that were lost at one moment.
struct Loss {
    std::set<std::string> names;
    std::set<std::optional<Component>> components;
    std::size_t initial = 0;
    std::size_t old = 0;
    std::size_t foreign = 0; // of another thread
};

std::map<std::pair<std::uint32_t, std::uint64_t>, Loss>
losses_of(const std::vector<const Mismatch *> &records)
{
    std::map<std::pair<std::uint32_t, std::uint64_t>, Loss> losses;
    for (const Mismatch *const record : records) {
        if (!record->changed)
            continue;
        Loss &loss = losses[{record->changed->thread, record->changed->epoch}];
        loss.names.insert(record->changed->name);
        loss.components.insert(component_of(*record));
        const std::string &owner = record->changed->owner;
        const bool initial = owner == "the initial state";
        const bool own =
            speaks_of(owner, "its own value") || speaks_of(owner, "of the same exerciser");
        loss.initial += initial ? 1 : 0;
        loss.old += own && speaks_of(owner, "before") ? 1 : 0;
        loss.foreign += !owner.empty() && !own && !initial ? 1 : 0;
    }
    return losses;
}

// Most of one component, and nothing else.
bool whole_component(const Loss &loss)
{
    constexpr std::size_t most_of_sixteen = 8;
    constexpr std::size_t most_of_eight = 5;
    if (loss.components.size() != 1 || !*loss.components.begin() || loss.foreign > 0)
        return false;
    const Component component = **loss.components.begin();
    const bool eight = component == Component::Masks || component == Component::X87;
    if (loss.names.size() < (eight ? most_of_eight : most_of_sixteen))
        return false;
    // Without AVX the lower halves are all that there is: older values of them all are older
    // values of the thread. x87 is changed by whoever uses it, too.
    const bool by_others = component == Component::Sse || component == Component::X87;
    return !by_others || loss.initial >= loss.names.size();
}

void weigh_components(Scores &scores, const std::vector<const Mismatch *> &records)
{
    std::size_t whole = 0;
    for (const auto &[moment, loss] : losses_of(records))
        whole += whole_component(loss) ? loss.names.size() : 0;
    if (whole == 0)
        return;
    const double share = static_cast<double>(whole) / static_cast<double>(records.size());
    const char *const why = "one whole component of the state was lost at once, and no other";
    scores.add(XstateFormat, 80 * share, why);
    scores.add_to_suspected({FpuStaleOwner, RegfileLeak, FpuUserClobber, FpuIrqWindow},
                            -50 * share, why);
}

// All that a thread had became what another one had: its state was taken for this one's.
void weigh_whole_states(Scores &scores, const std::vector<const Mismatch *> &records)
{
    constexpr std::size_t most = 12;
    std::size_t whole = 0;
    for (const auto &[moment, loss] : losses_of(records))
        if (loss.names.size() >= most && loss.foreign >= loss.names.size() &&
            !(loss.components.size() == 1 && *loss.components.begin()))
            whole += loss.names.size();
    if (whole == 0)
        return;
    const double share = static_cast<double>(whole) / static_cast<double>(records.size());
    const char *const why = "all registers of a thread hold the values of another one";
    scores.add(FpuStaleOwner, 75 * share, why);
    scores.add(FpuIrqWindow, -20 * share, why);
}

// How much likelier a loss over that event is where it comes between a switch and the way back
// than where an interrupt comes over the thread at any time: logarithms, from runs of both
// with 40 to 80 losses each. A migration waits for long, and tells nothing.
double switch_odds(ThreadEvent event)
{
    switch (event) {
    case ThreadEvent::Sleep:
        return 2;
    case ThreadEvent::Call:
    case ThreadEvent::Ptrace:
        return 0.7;
    case ThreadEvent::Fork:
    case ThreadEvent::Fault:
        return -1;
    case ThreadEvent::Exec:
        return -0.8;
    case ThreadEvent::Signal:
    case ThreadEvent::Altstack:
    case ThreadEvent::Barrier:
        return -2;
    default:
        return 0;
    }
}

// A thread that spins or makes an empty system call does not switch: what is lost there is
// lost to SIMD outside of its rules. Over calls alone it is lost to a driver; over calls and
// switches to what comes between a switch and the way back, for a call ends with one at times.
void weigh_events(Scores &scores, const std::vector<const Mismatch *> &records)
{
    std::size_t all = 0;
    std::size_t calls = 0;
    std::size_t quiet = 0;
    std::size_t waits = 0; // perhaps with a switch
    double switches = 0;   // more often than by interrupts over the thread; else below 0
    std::set<std::pair<std::uint32_t, std::uint64_t>> moments;
    for (const Mismatch *const record : records) {
        if (!record->changed ||
            !moments.emplace(record->changed->thread, record->changed->epoch).second)
            continue;
        const ThreadEvent event = record->changed->event;
        ++all;
        calls += event == ThreadEvent::Call ? 1 : 0;
        quiet += event == ThreadEvent::Spin || event == ThreadEvent::Syscall ? 1 : 0;
        waits += event == ThreadEvent::Fault || event == ThreadEvent::Barrier ? 1 : 0;
        switches += switch_odds(event);
    }
    constexpr std::size_t enough = 2;
    constexpr std::size_t in_three = 3;
    if (all < enough + calls + quiet + waits || scores.at(FpuUserClobber) < score::named ||
        scores.at(FpuIrqWindow) <= 0)
        return;
    constexpr std::size_t many = 10;
    constexpr double decisive = 3.5;
    if (all >= many && switches >= decisive && quiet * 8 < all &&
        scores.at(FpuStaleOwner) < scores.at(FpuIrqWindow)) {
        // Another thread may take the CPU while it spins: a few of these prove nothing.
        const char *const why = "user registers were lost over what switches threads, more "
                                "often than over what they do meanwhile";
        scores.add(FpuIrqWindow, 25, why);
        scores.add(FpuUserClobber, -20, why);
    } else if (all >= many && switches <= -decisive) {
        const char *const why =
            "user registers were lost over what threads do for longer, more "
            "often than over what only switches them";
        scores.add(FpuUserClobber, 30, why);
        scores.add(FpuIrqWindow, -30, why);
    } else if (quiet >= enough) {
        const char *const why = "user registers were lost where nothing switched, as well";
        scores.add(FpuUserClobber, 25, why);
        scores.add(FpuIrqWindow, -25, why);
    } else if (calls * in_three >= all && all < many) {
        const char *const why = "user registers were lost over calls, but over switches too";
        scores.add(FpuIrqWindow, 25, why);
        scores.add(FpuUserClobber, -15, why);
    } else if (calls + waits >= enough) {
        // Either is possible then: keep them close.
        scores.add(FpuUserClobber, waits >= enough ? 15 : 8,
                   "user registers were lost over switches, but not over these alone");
    }
}

} // namespace

void score_register(Scores &scores, const Mismatch &record, const RegisterChange &changed)
{
    const bool own = speaks_of(changed.owner, "its own value") ||
                     speaks_of(changed.owner, "of the same exerciser");
    if (own && speaks_of(changed.owner, "before")) {
        scores.add(FpuStaleOwner, 80, "the register holds an older value of the same thread");
        return;
    }
    if (speaks_of(changed.owner, "the initial state")) {
        const char *const why = "the register is in its initial state";
        const bool call =
            changed.event == ThreadEvent::Call || changed.event == ThreadEvent::Syscall;
        scores.add(FpuUserClobber, call ? 60 : 0, why);
        scores.add(FpuStaleOwner, call ? 30 : 50, why);
        scores.add(XstateFormat, 30, why);
        return;
    }
    if (upper_half_only(record)) {
        scores.add(RegfileLeak, 65, "only what lies above the lower 128 bits is wrong");
        if (!changed.owner.empty() && !own)
            scores.add(RegfileLeak, 15, "it holds another thread's value");
        scores.add(XstateFormat, 25, "only the upper component is wrong");
        scores.add(FpuUserClobber, 20, "a live user register was changed");
        return;
    }
    switch (changed.event) {
    case ThreadEvent::Call:
    case ThreadEvent::Syscall:
        scores.add(FpuUserClobber, 80,
                   "live user registers were lost over a call that used SIMD in the kernel");
        scores.add(FpuIrqWindow, 20, "a live user register was changed");
        break;
    case ThreadEvent::Spin:
    case ThreadEvent::Fault:
        scores.add(FpuUserClobber, 60, "a live user register was changed under the thread");
        scores.add(VcpuSwitch, 45, "no event of this system explains it");
        break;
    default:
        scores.add(FpuIrqWindow, 78,
                   "live user registers were lost over a switch, a signal or a fork");
        scores.add(FpuUserClobber, 30, "a live user register was changed");
        break;
    }
}

void weigh_losses(Scores &scores, const std::vector<const Mismatch *> &records)
{
    weigh_components(scores, records);
    weigh_whole_states(scores, records);
    weigh_events(scores, records);
}

// Over a call the kernel itself can lose a user's registers; over anything else, and its
// own in the same way, something below it did.
void weigh_both_sides(Scores &scores, const std::vector<const Mismatch *> &records,
                      const std::vector<const RecordDiagnosis *> &examined)
{
    std::size_t users = 0;
    std::size_t replaced = 0;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const auto &changed = records[place]->changed;
        users += changed && changed->event != ThreadEvent::Call &&
                         changed->event != ThreadEvent::Syscall
                     ? 1
                     : 0;
        const auto &damage = examined[place]->damage;
        replaced += damage && damage->count(Extent::Whole) > 0 ? 1 : 0;
    }
    constexpr std::size_t enough = 3;
    if (users < enough || replaced < enough)
        return;
    const char *const why = "registers of the kernel and of user threads were lost, "
                            "independent of what the threads did";
    scores.add(VcpuSwitch, 45, why);
    scores.add(FpuNested, -20, why);
}

} // namespace ct
