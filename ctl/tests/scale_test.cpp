// SPDX-License-Identifier: GPL-2.0-or-later
// A machine of 256 CPUs with every driver there is: what its module sends is decoded and
// told as that of a small one, and no part grows faster than the machine.
#include <chrono>
#include <cstdio>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>

#include "messages.h"
#include "render/json.h"
#include "render/text.h"
#include "samples.h"
#include "wire/decode.h"

namespace ct::test {

namespace {

constexpr std::uint32_t large_cpus = 256;
constexpr std::uint32_t large_drivers = 64;
constexpr std::uint32_t contexts = __CRYPTORTURE_CONTEXT_MAX;
constexpr std::uint32_t directions = __CRYPTORTURE_DIRECTION_MAX;
// Of the generic netlink message around the attributes.
constexpr std::size_t header_size = 20;

class Stopwatch {
public:
    [[nodiscard]] double lap()
    {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double> took = now - begun_;
        begun_ = now;
        return took.count();
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

// One by one through the decoder, as a dump comes.
std::vector<Cell> decoded_cells()
{
    std::vector<Cell> cells;
    const Attributes rest = cell_message()
                                .without(CRYPTORTURE_A_CELL_CPU)
                                .without(CRYPTORTURE_A_CELL_DRIVER)
                                .without(CRYPTORTURE_A_CELL_CONTEXT)
                                .without(CRYPTORTURE_A_CELL_DIRECTION)
                                .without(CRYPTORTURE_A_CELL_MISMATCHES)
                                .without(CRYPTORTURE_A_CELL_MISMATCHES_MOVED)
                                .without(CRYPTORTURE_A_CELL_GAP);
    for (std::uint32_t cpu = 0; cpu < large_cpus; cpu++)
        for (std::uint32_t driver = 0; driver < large_drivers; driver++)
            for (std::uint32_t which = 0; which < contexts * directions; which++) {
                Attributes message;
                message.u32(CRYPTORTURE_A_CELL_CPU, cpu)
                    .u32(CRYPTORTURE_A_CELL_DRIVER, driver)
                    .u32(CRYPTORTURE_A_CELL_CONTEXT, which / directions)
                    .u32(CRYPTORTURE_A_CELL_DIRECTION, which % directions)
                    .u32(CRYPTORTURE_A_CELL_GAP, CRYPTORTURE_GAP_NONE)
                    .u64(CRYPTORTURE_A_CELL_MISMATCHES, cpu == 200 && driver == 7 ? 1 : 0)
                    .u64(CRYPTORTURE_A_CELL_MISMATCHES_MOVED, 0)
                    .append(rest);
                auto cell = decode_cell(message.bytes());
                EXPECT_TRUE(cell) << cell.error().what;
                if (!cell)
                    return cells;
                cells.push_back(std::move(*cell));
            }
    return cells;
}

std::vector<Driver> many_drivers()
{
    std::vector<Driver> drivers;
    for (std::uint32_t id = 0; id < large_drivers; id++) {
        Driver driver = sample_drivers().front();
        driver.id = id;
        driver.name = "driver-" + std::to_string(id);
        drivers.push_back(driver);
    }
    return drivers;
}

std::size_t count(const std::string &text, const std::string &part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos;
         at = text.find(part, at + 1))
        found++;
    return found;
}

} // namespace

TEST(Scale, OfALargeMachineEveryCellCounts)
{
    constexpr std::size_t expected = std::size_t{large_cpus} * large_drivers * 9;
    Stopwatch watch;
    std::vector<Cell> cells = decoded_cells();
    ASSERT_EQ(cells.size(), expected);
    const double decoding = watch.lap();

    Status status = sample_status();
    status.config.cpus = "0-255";
    status.verdict = Verdict::Corrupt;
    status.mismatches = 9;
    status.operations = expected * cells.front().operations;
    const Report report = make_report("0.1.0", sample_version(), status, many_drivers(),
                                      std::move(cells), Journal(3));
    const double reporting = watch.lap();
    ASSERT_EQ(report.cpus.size(), large_cpus);
    ASSERT_TRUE(report.suspect);
    EXPECT_EQ(report.suspect->cpus, "200");
    EXPECT_EQ(report.suspect->mismatches, 9U);

    StringOutput lines;
    Json(lines).verdict(report);
    StringOutput text;
    Text(text).verdict(report);
    const double rendering = watch.lap();
    EXPECT_EQ(count(lines.text(), "\"driver_id\":"), expected);
    // People read this: a line for each CPU and each driver.
    EXPECT_LT(text.text().size(), (large_cpus + large_drivers) * 120) << text.text();
    // A line of JSON for all cells is that of one cell, so many times.
    EXPECT_LT(lines.text().size(), expected * 600);

    const std::size_t dump = expected * (header_size + cell_message().bytes().size());
    std::printf("%zu cells: a dump of %.1f MB decoded in %.2f s, reported in %.2f s, told in "
                "%.2f s: %.1f MB of JSON, %zu bytes of text\n",
                expected, static_cast<double>(dump) / 1e6, decoding, reporting, rendering,
                static_cast<double>(lines.text().size()) / 1e6, text.text().size());
}

} // namespace ct::test
