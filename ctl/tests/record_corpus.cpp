// SPDX-License-Identifier: GPL-2.0-or-later
// Records what a real module answers, for corpus/: run it as root in a machine
// that has the module and, for mismatches, a run with --inject-every behind it.
//   record_corpus FOLDER
// Where there is no such module yet, it writes the messages that the tests make:
//   record_corpus --made FOLDER
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <linux/cryptorture.h>

#include "kernel/job.h"
#include "messages.h"
#include "wire/encode.h"
#include "wire/socket.h"

namespace {

bool encode_some_bench(nl_msg &message)
{
    return ct::encode_bench(
        message, {"cbc-aes-aesni", ct::BenchMode::Naive, 1420, ct::Direction::Encrypt, 10});
}

bool write(const std::string &path, ct::Bytes bytes)
{
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return file.good();
}

// A few of the answers, spread over all of them.
bool record(ct::Socket &socket, const std::string &folder, const char *name, unsigned command,
            bool dump)
{
    constexpr std::size_t most = 6;
    const auto answers = socket.request(command, dump, fmt::format("cannot record {}", name));
    if (!answers || answers->empty()) {
        std::fprintf(stderr, "record_corpus: %s: %s\n", name,
                     answers ? "no answer" : answers.error().sentence().c_str());
        return false;
    }
    const std::size_t step = std::max<std::size_t>(1, answers->size() / most);
    for (std::size_t place = 0; place < answers->size(); place += step) {
        const ct::Answer &answer = answers->at(place);
        if (!write(fmt::format("{}/{}-{}.bin", folder, name, place), answer))
            return false;
    }
    return true;
}

// Only those that a module of the contract before would answer otherwise.
bool make(const std::string &folder)
{
    return write(folder + "/status-0.bin", ct::test::status_message().bytes()) &&
           write(folder + "/cell-0.bin", ct::test::cell_message().bytes()) &&
           write(folder + "/mismatch-0.bin", ct::test::mismatch_message().bytes()) &&
           write(folder + "/mismatch-1.bin", ct::test::register_message().bytes()) &&
           write(folder + "/job-0.bin", ct::test::job_message().bytes());
}

// The whole of a measurement, and what came of it alone.
bool record_bench(ct::JobLink &link, const std::string &folder)
{
    const auto job = ct::do_job(link, ct::JobKind::Bench, encode_some_bench,
                                "cannot record a measurement", nullptr);
    if (!job) {
        std::fprintf(stderr, "record_corpus: %s\n", job.error().sentence().c_str());
        return false;
    }
    ct::AttributeReader reader(*job, "a job");
    const auto result = reader.nest(CRYPTORTURE_A_JOB_BENCH, "CRYPTORTURE_A_JOB_BENCH");
    return result && write(folder + "/job-0.bin", *job) &&
           write(folder + "/bench-0.bin", *result);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 3 && std::string(argv[1]) == "--made")
        return make(argv[2]) ? 0 : 1;
    if (argc != 2)
        return 2;
    auto socket = ct::Socket::open(CRYPTORTURE_FAMILY_NAME);
    if (!socket) {
        std::fprintf(stderr, "record_corpus: %s\n", socket.error().sentence().c_str());
        return 2;
    }
    const std::string folder = argv[1];
    ct::NetlinkJobLink link(*socket);
    bool good = record(*socket, folder, "version", CRYPTORTURE_CMD_VERSION_GET, false);
    good &= record(*socket, folder, "status", CRYPTORTURE_CMD_STATUS_GET, false);
    good &= ct::do_job(link, ct::JobKind::Search, {}, "cannot look for drivers", nullptr)
                .has_value();
    good &= record(*socket, folder, "driver", CRYPTORTURE_CMD_DRIVER_GET, true);
    good &= record(*socket, folder, "cell", CRYPTORTURE_CMD_CELL_GET, true);
    good &= record(*socket, folder, "mismatch", CRYPTORTURE_CMD_MISMATCH_GET, true);
    good &= record_bench(link, folder);
    return good ? 0 : 1;
}
