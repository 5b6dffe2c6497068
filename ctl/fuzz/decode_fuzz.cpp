// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer on the decoders of the module's answers: every decoder on every input, and the text
// that is printed of a record that could be read. See `make fuzz-decoder`.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <linux/cryptorture.h>

#include "text/job.h"
#include "text/mismatch.h"
#include "wire/decode.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t size, std::size_t most);

namespace {

// What holds for every record, independent of what the module sends.
void demand(bool holds, std::string_view what)
{
    if (holds)
        return;
    std::fprintf(stderr, "decode_fuzz: does not hold: %.*s\n", static_cast<int>(what.size()),
                 what.data());
    std::abort();
}

template <typename Record> bool read(const ct::Result<Record> &result)
{
    if (result)
        return true;
    demand(!result.error().sentence().empty(), "an error says something");
    return false;
}

void look_at(const ct::Mismatch &record)
{
    demand(record.expected.size() == record.actual.size(), "as many bytes actual as expected");
    demand(record.expected.size() <= CRYPTORTURE_WINDOW,
           "no more bytes than CRYPTORTURE_WINDOW");
    demand(record.iv_expected.size() == record.iv_actual.size() &&
               record.iv_actual.size() <= ct::block_size,
           "two IVs of at most a block");
    demand(std::is_sorted(record.blocks.begin(), record.blocks.end()) &&
               (record.blocks.empty() || record.blocks.back() < 8 * CRYPTORTURE_BLOCKS_MAX),
           "the wrong blocks are those of a bitmap");
    demand(!record.replay || record.replay->attempts.size() <= CRYPTORTURE_REPLAYS_MAX,
           "no more attempts than CRYPTORTURE_REPLAYS_MAX");
    demand(!record.changed || record.expected.size() <= ct::register_size,
           "a register is no longer than the longest");
    demand(record.driver.find('\0') == std::string::npos, "a string ends at its NUL");
    demand(!ct::mismatch_text(record, false).empty(), "a record has a text");
}

// Numbers and lengths of attributes, which chance alone seldom gets right: whole ones are
// doubled, dropped, swapped or changed in type, at the top or in a nest.
std::size_t change_attributes(std::uint8_t *data, std::size_t size, std::size_t most,
                              std::minstd_rand &random)
{
    const std::span<std::uint8_t> bytes(data, size);
    std::vector<ct::Attribute> found;
    const bool whole = ct::walk(std::as_bytes(bytes), [&](const ct::Attribute &attribute) {
        found.push_back(attribute);
    });
    if (!whole || found.empty())
        return LLVMFuzzerMutate(data, size, most);
    const ct::Attribute &one = found[random() % found.size()];
    const std::size_t begin = one.offset;
    const std::size_t end = std::min(size, (begin + 4 + one.payload.size() + 3) / 4 * 4);
    const std::vector<std::uint8_t> copy(data + begin, data + end);
    switch (random() % 5) {
    case 0:
        if (size + copy.size() > most)
            return size;
        std::copy(copy.begin(), copy.end(), data + size);
        return size + copy.size();
    case 1:
        std::copy(data + end, data + size, data + begin);
        return size - copy.size();
    case 2: {
        const auto type = static_cast<std::uint16_t>(random() % 70);
        std::memcpy(data + begin + 2, &type, sizeof(type));
        return size;
    }
    case 3: // of a nest, perhaps
        if (one.payload.size() >= 8)
            (void)change_attributes(data + begin + 4, one.payload.size(), one.payload.size(),
                                    random);
        return size;
    default:
        if (!one.payload.empty())
            (void)LLVMFuzzerMutate(data + begin + 4, one.payload.size(), one.payload.size());
        return size;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // Bytes of their own, so that a step beyond them is seen.
    const std::vector<std::uint8_t> copy(data, data + size);
    const ct::Bytes bytes = std::as_bytes(std::span(copy));
    (void)read(ct::decode_version(bytes));
    (void)read(ct::decode_config(bytes));
    (void)read(ct::decode_status(bytes));
    (void)read(ct::decode_driver(bytes));
    (void)read(ct::decode_cell(bytes));
    (void)read(ct::decode_bench(bytes));
    (void)read(ct::decode_replay(bytes));
    if (const auto record = ct::decode_mismatch(bytes); read(record))
        look_at(*record);
    if (const auto job = ct::decode_job(bytes); read(job)) {
        demand(job->error != 0U, "no failure without an error");
        const ct::JobProgress progress{*job, *job, false};
        demand(!ct::job_text(progress).empty(), "a job has a text");
    }
    (void)read(ct::decode_job_number(bytes));
    (void)read(ct::decode_job_status(bytes));
    (void)read(ct::decode_job_bench(bytes));
    (void)read(ct::decode_job_replay(bytes));
    for (const unsigned command :
         {CRYPTORTURE_CMD_EVENT_STARTED, CRYPTORTURE_CMD_EVENT_MISMATCH,
          CRYPTORTURE_CMD_EVENT_ENDED, CRYPTORTURE_CMD_EVENT_JOB, CRYPTORTURE_CMD_JOB_GET})
        (void)read(ct::decode_event(command, bytes));
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t size,
                                               std::size_t most, unsigned seed)
{
    std::minstd_rand random(seed);
    return random() % 2 != 0 ? change_attributes(data, size, most, random)
                             : LLVMFuzzerMutate(data, size, most);
}
