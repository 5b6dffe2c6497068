// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/shape.h"

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

struct Share {
    std::uint64_t some = 0;
    std::uint64_t all = 0;

    void count(bool counts)
    {
        some += counts ? 1 : 0;
        ++all;
    }
    void tell(std::vector<std::string> &lines, std::string_view group,
              std::string_view what) const
    {
        if (some > 0)
            lines.push_back(
                fmt::format("{} of {} {}: {}", count_text(some), count_text(all), group, what));
    }
};

bool is_cbc(const Mismatch &record)
{
    return record.algorithm.find("cbc(") != std::string::npos;
}

} // namespace

std::vector<std::string> shape_of(const std::vector<const Mismatch *> &records,
                                  const std::vector<const RecordDiagnosis *> &examined)
{
    Share one_block;
    Share valid_hmac;
    Share both;
    Share nested;
    Share interrupted;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        const auto &damage = examined[place]->damage;
        if (record.changed)
            continue;
        if (record.context != Context::Softirq)
            nested.count(over_fpu_section(record));
        interrupted.count(record.fpu_hits > 0);
        if (!damage || !is_cbc(record) || !damage->wrong_after_decryption)
            continue;
        const bool one = damage->wrong_after_decryption == 1U;
        one_block.count(one);
        if (record.algorithm.find("hmac(") == std::string::npos)
            continue;
        const bool valid = damage->icv == IcvState::OfWrongText;
        valid_hmac.count(valid);
        both.count(one && valid);
    }
    std::vector<std::string> lines;
    one_block.tell(lines, "wrong CBC encryptions",
                   "exactly one block is wrong after decryption");
    valid_hmac.tell(lines, "wrong encryptions with an HMAC",
                    "the HMAC is valid over the wrong ciphertext");
    both.tell(lines, "wrong encryptions with an HMAC",
              "both, so that a receiver accepts the packet");
    nested.tell(lines, "wrong operations of tasks",
                "a softirq encrypted or decrypted inside its FPU section");
    interrupted.tell(lines, "wrong operations", "an interruption inside its FPU section");
    return lines;
}

} // namespace ct
