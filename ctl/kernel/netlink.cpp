// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/netlink.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <linux/cryptorture.h>

#include "kernel/decode.h"
#include "kernel/encode.h"
#include "kernel/events.h"
#include "kernel/socket.h"

namespace ct {

namespace {

// Any callable as what fills a request.
template <typename Function> class Fill final : public Socket::Filler {
public:
    explicit Fill(Function function) : function_(std::move(function)) {}
    bool operator()(nl_msg &message) const override { return function_(message); }

private:
    Function function_;
};

class NetlinkKernel final : public Kernel {
public:
    explicit NetlinkKernel(Socket socket) : socket_(std::move(socket)) {}

    Result<Version> version() override
    {
        return one<Version>(CT_CMD_VERSION_GET, "cannot read the module's version",
                            decode_version);
    }

    Result<void> start(const Config &config) override
    {
        const Fill fill([&](nl_msg &message) { return encode_config(message, config); });
        const auto answers =
            socket_.request(CT_CMD_RUN_START, false, "cannot start a run", &fill);
        if (!answers)
            return Failure(answers.error());
        return {};
    }

    Result<Status> stop() override
    {
        return one<Status>(CT_CMD_RUN_STOP, "cannot stop the run", decode_status);
    }

    Result<Status> status() override
    {
        return one<Status>(CT_CMD_STATUS_GET, "cannot read the status", decode_status);
    }

    Result<std::vector<Driver>> drivers() override
    {
        return all<Driver>(CT_CMD_DRIVER_GET, "cannot list the drivers", decode_driver);
    }

    Result<std::vector<Cell>> cells() override
    {
        return all<Cell>(CT_CMD_CELL_GET, "cannot read the coverage", decode_cell);
    }

    Result<Mismatch> mismatch(std::uint64_t number) override
    {
        const Fill fill(
            [number](nl_msg &message) { return encode_mismatch_number(message, number); });
        return one<Mismatch>(CT_CMD_MISMATCH_GET, fmt::format("cannot show record {}", number),
                             decode_mismatch, &fill);
    }

    Result<MismatchDump> mismatches(std::uint64_t from) override
    {
        const Fill fill(
            [from](nl_msg &message) { return encode_mismatch_number(message, from); });
        const auto answers = socket_.request(CT_CMD_MISMATCH_GET, true,
                                             "cannot read the records of mismatches", &fill);
        if (!answers)
            return Failure(answers.error());
        MismatchDump dump;
        for (const Answer &answer : *answers) {
            // One record that cannot be read must not hide the others.
            if (auto record = decode_mismatch(answer))
                dump.records.push_back(std::move(*record));
            else
                dump.unreadable.push_back(record.error());
        }
        std::sort(dump.records.begin(), dump.records.end(),
                  [](const Mismatch &one, const Mismatch &other) {
                      return one.number < other.number;
                  });
        return dump;
    }

    Result<BenchResult> bench(const BenchRequest &request) override
    {
        const Fill fill([&](nl_msg &message) { return encode_bench(message, request); });
        return one<BenchResult>(CT_CMD_BENCH, "cannot measure", decode_bench, &fill);
    }

    Result<Replay> replay(const Mismatch &record) override
    {
        const Fill fill([&](nl_msg &message) { return encode_packet(message, record); });
        return one<Replay>(CT_CMD_REPLAY, "cannot run the packet again", decode_replay, &fill);
    }

    Result<std::unique_ptr<Events>> subscribe() override { return open_events(); }

private:
    template <typename Record>
    Result<Record> one(unsigned command, const std::string &what,
                       Result<Record> (*decode)(Bytes), const Socket::Filler *filler = nullptr)
    {
        const auto answers = socket_.request(command, false, what, filler);
        if (!answers)
            return Failure(answers.error());
        if (answers->empty())
            return failure(ErrorKind::Malformed, what, "the module gave no answer",
                           "module and program may be of different builds: see "
                           "'cryptorture version'");
        return decode(answers->front());
    }

    template <typename Record>
    Result<std::vector<Record>> all(unsigned command, const std::string &what,
                                    Result<Record> (*decode)(Bytes))
    {
        const auto answers = socket_.request(command, true, what);
        if (!answers)
            return Failure(answers.error());
        std::vector<Record> records;
        records.reserve(answers->size());
        for (const Answer &answer : *answers) {
            auto record = decode(answer);
            if (!record)
                return Failure(record.error());
            records.push_back(std::move(*record));
        }
        return records;
    }

    Socket socket_;
};

} // namespace

Result<std::unique_ptr<Kernel>> open_kernel()
{
    auto socket = Socket::open(CT_FAMILY_NAME);
    if (!socket)
        return Failure(socket.error());
    return std::make_unique<NetlinkKernel>(std::move(*socket));
}

} // namespace ct
