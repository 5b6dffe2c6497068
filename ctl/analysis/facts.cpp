// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/facts.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "analysis/repeat.h"
#include "base/quantity.h"
#include "report/change.h"

namespace ct {

namespace {

constexpr std::size_t blocks_told = 4; // the others are counted

// "before round 7", "after the last round"
std::string moment(unsigned rounds_done, const Chain &chain)
{
    if (rounds_done + 1 >= chain.size())
        return "after the last round";
    return fmt::format("before round {}", rounds_done + 1);
}

std::string shift_text(const CounterShift &shift)
{
    if (shift.other_iv)
        return "another IV with the right block number";
    return fmt::format(
        "the counter of the block {} {}",
        plural(static_cast<std::uint64_t>(std::llabs(shift.blocks)), "place", "places"),
        shift.blocks > 0 ? "further on" : "before");
}

std::string block_text(const DamagedBlock &block, const Damage &damage)
{
    if (block.actual.empty())
        return fmt::format("block {}, a partial block: {} wrong", block.number,
                           plural(block.entry.bits, "bit", "bits"));
    if (block.shift && damage.shifted() > 0)
        return fmt::format("block {} was made with {}", block.number, shift_text(*block.shift));
    if (!block.chained_to.empty())
        return fmt::format("block {} was chained to {}", block.number, block.chained_to);
    if (!block.owner.empty())
        return fmt::format("block {} holds {}, entered {}", block.number, block.owner,
                           moment(block.owner_rounds, block.actual));
    if (block.entry.extent == Extent::Whole)
        return fmt::format("block {}: all of the register is different at every round: it was "
                           "replaced",
                           block.number);
    return fmt::format("block {}: {} from bit {} of byte {} of the register differ{}, entered "
                       "{}",
                       block.number, plural(block.entry.bits, "bit", "bits"), block.entry.bit,
                       block.entry.byte, block.entry.bits == 1 ? "s" : "",
                       moment(block.entry.round, block.actual));
}

std::string decrypted_text(const Damage &damage)
{
    if (!damage.wrong_after_decryption)
        return "";
    if (*damage.wrong_after_decryption != 1)
        return fmt::format("after decryption {} are wrong",
                           plural(*damage.wrong_after_decryption, "block", "blocks"));
    return fmt::format("after decryption exactly one block is wrong, block {}",
                       damage.blocks.front().number);
}

std::string icv_text(const Damage &damage, const Mismatch &record)
{
    const bool hmac = record.algorithm.find("hmac(") != std::string::npos;
    switch (damage.icv) {
    case IcvState::None:
    case IcvState::Unseen:
        return "";
    case IcvState::Right:
        return damage.blocks.empty() && damage.followers == 0
                   ? ""
                   : "the ICV is that of the right data: the damage came after the ICV was "
                     "computed";
    case IcvState::OfWrongText:
        return fmt::format(
            "the {}: it was computed after the damage, and the receiver accepts the packet",
            hmac ? "HMAC is valid over the wrong ciphertext"
                 : "ICV is valid for the wrong data");
    case IcvState::Wrong:
        break;
    }
    if (damage.icv_part == IcvPart::Mask)
        return fmt::format("the ICV is wrong: {} of its mask differ after round {}",
                           plural(damage.icv_entry.bits, "bit", "bits"),
                           damage.icv_entry.round);
    if (damage.icv_part == IcvPart::Hash)
        return "the ICV is wrong, most likely its hash";
    return "the ICV is wrong for this data and for the right data";
}

void add_blocks(std::vector<std::string> &facts, const Damage &damage, const Mismatch &record)
{
    if (damage.other_key)
        facts.push_back(fmt::format("the data was processed with the key of SA {}",
                                    count_text(*damage.other_key)));
    else if (damage.key_fault)
        facts.push_back(
            fmt::format("{} of round key {} differ{}, the same in all {} damaged blocks",
                        plural(damage.key_fault->bits, "bit", "bits"), damage.key_fault->round,
                        damage.key_fault->bits == 1 ? "s" : "", damage.blocks.size()));
    if (damage.foreign_counter)
        facts.emplace_back(
            "the counter register was replaced, and counting went on from the new value");
    for (std::size_t place = 0; place < std::min(blocks_told, damage.blocks.size()); ++place)
        facts.push_back(block_text(damage.blocks[place], damage));
    if (damage.blocks.size() > blocks_told)
        facts.push_back(
            fmt::format("... and {} more damaged blocks", damage.blocks.size() - blocks_told));
    if (damage.followers > 0)
        facts.push_back(fmt::format("{} only follow{} from that by chaining",
                                    plural(damage.followers, "later block", "later blocks"),
                                    damage.followers == 1 ? "s" : ""));
    if (damage.unseen > 0)
        facts.push_back(
            fmt::format("{} outside of what the record keeps",
                        plural(damage.unseen, "wrong block lies", "wrong blocks lie")));
    if (damage.untouched > 0)
        facts.push_back(fmt::format("{} the unchanged input",
                                    plural(damage.untouched, "block holds", "blocks hold")));
    for (std::string text : {decrypted_text(damage), icv_text(damage, record)})
        if (!text.empty())
            facts.push_back(std::move(text));
}

void add_register(std::vector<std::string> &facts, const RegisterChange &changed)
{
    facts.push_back(fmt::format(
        "live register {} of exerciser {} changed (last event: {}); it holds {}",
        printable(changed.name), changed.thread, name(changed.event),
        changed.owner.empty() ? "a value of unknown origin" : printable(changed.owner)));
}

// Faults of return value and completion.
void add_answer(std::vector<std::string> &facts, const Mismatch &record)
{
    if (says(record, What::Stuck))
        facts.emplace_back("the driver did not complete the request");
    if (says(record, What::Completion))
        facts.emplace_back("the driver completed the request more than once");
    if (says(record, What::Accepted))
        facts.emplace_back("a packet with a changed bit was accepted");
    if (says(record, What::Status) && record.status > 0)
        facts.push_back(fmt::format(
            "the driver returned {}: a positive number is neither success nor an error",
            record.status));
    else if (says(record, What::Status) && record.status < 0)
        facts.push_back(fmt::format("the driver returned {}: {}", record.status,
                                    errno_text(-record.status)));
    if (is_late(record))
        facts.emplace_back(
            "the output was wrong in the first comparison, and right when it was recorded: it "
            "was written after the request was complete, or a second read gave other bytes");
}

void add_course(std::vector<std::string> &facts, const Mismatch &record)
{
    const bool below = record.context == Context::Softirq;
    if (record.fpu_hits > 0)
        facts.push_back(fmt::format("{} inside its FPU section",
                                    plural(record.fpu_hits, "interruption", "interruptions")));
    if (over_fpu_section(record))
        facts.emplace_back(below ? "it ran over the FPU section of another operation"
                                 : "a softirq encrypted or decrypted inside its FPU section");
    else if (record.fpu_hits == 0 && !record.wire)
        facts.emplace_back("no interruption inside its FPU section was seen");
    if (record.preemptions > 0)
        facts.push_back(fmt::format("it lost its CPU {} in mid-operation, preempted or asleep",
                                    plural(record.preemptions, "time", "times")));
    if (record.cpu_before != record.cpu_after)
        facts.push_back(
            fmt::format("moved from CPU {} to CPU {}", record.cpu_before, record.cpu_after));
    if (record.first && !record.persists)
        facts.emplace_back("a second read of memory gave other bytes");
    if (record.outside)
        facts.push_back(change_text(*record.outside));
    if (record.foreign)
        facts.push_back(
            fmt::format("it is the right result of packet {}", count_text(*record.foreign)));
}

} // namespace

bool says(const Mismatch &record, What what)
{
    return std::find(record.what.begin(), record.what.end(), what) != record.what.end();
}

bool interrupted(const Mismatch &record)
{
    return record.fpu_hits > 0 || over_fpu_section(record);
}

bool flying(const Mismatch &record)
{
    return record.in_flight > 0 || record.async;
}

bool is_late(const Mismatch &record)
{
    return (says(record, What::Text) || says(record, What::Icv)) && record.status == 0 &&
           record.output_len > 0 && !record.first;
}

std::vector<std::string> facts_of(const Mismatch &record, const RecordDiagnosis &diagnosis)
{
    std::vector<std::string> facts;
    if (record.injected)
        facts.emplace_back("injected on request (--inject-every)");
    if (!diagnosis.unmade.empty())
        facts.push_back("the packet cannot be generated again: " + diagnosis.unmade);
    if (record.changed)
        add_register(facts, *record.changed);
    if (diagnosis.damage)
        add_blocks(facts, *diagnosis.damage, record);
    if (!record.changed) {
        add_answer(facts, record);
        add_course(facts, record);
    }
    if (std::string repeat = repeat_text(record); !repeat.empty())
        facts.push_back(std::move(repeat));
    return facts;
}

} // namespace ct
