// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/netlink.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <linux/cryptorture.h>

#include "kernel/events.h"
#include "kernel/job.h"
#include "kernel/release.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fill.h"
#include "wire/socket.h"

namespace ct {

namespace {

struct OfRelease {
    std::string module;
    Error operator()(Error error) const { return with_release(std::move(error), module); }
};

class NetlinkKernel final : public Kernel {
public:
    explicit NetlinkKernel(Socket socket) : socket_(std::move(socket)), jobs_(socket_) {}

    void set_observer(JobObserver *observer) override { observer_ = observer; }

    Result<Version> version() override
    {
        auto version = one<Version>(CRYPTORTURE_CMD_VERSION_GET,
                                    "cannot read the module's version", decode_version);
        if (version)
            release_ = version->module;
        return version;
    }

    Result<void> start(const Config &config) override
    {
        const auto done = job(JobKind::Start, "cannot start a run",
                              [&](nl_msg &message) { return encode_config(message, config); });
        if (!done)
            return Failure(done.error());
        return {};
    }

    Result<Status> stop() override
    {
        return job(JobKind::Stop, "cannot stop the run").and_then([this](const Answer &answer) {
            return decode_job_status(answer).map_error(of_release());
        });
    }

    Result<Status> status() override
    {
        return one<Status>(CRYPTORTURE_CMD_STATUS_GET, "cannot read the status", decode_status);
    }

    Result<std::vector<Driver>> drivers() override
    {
        if (const auto done = job(JobKind::Search, "cannot search for the drivers"); !done)
            return Failure(done.error());
        return known_drivers();
    }

    Result<std::vector<Driver>> known_drivers() override
    {
        return all<Driver>(CRYPTORTURE_CMD_DRIVER_GET, "cannot list the drivers",
                           decode_driver);
    }

    Result<std::vector<Cell>> cells() override
    {
        return all<Cell>(CRYPTORTURE_CMD_CELL_GET, "cannot read the coverage", decode_cell);
    }

    Result<Mismatch> mismatch(std::uint64_t number) override
    {
        const Fill fill(
            [number](nl_msg &message) { return encode_mismatch_number(message, number); });
        return one<Mismatch>(CRYPTORTURE_CMD_MISMATCH_GET,
                             fmt::format("cannot show record {}", number), decode_mismatch,
                             &fill);
    }

    Result<MismatchDump> mismatches(std::uint64_t from) override
    {
        const Fill fill(
            [from](nl_msg &message) { return encode_mismatch_number(message, from); });
        const auto answers = socket_.request(CRYPTORTURE_CMD_MISMATCH_GET, true,
                                             "cannot read the records of mismatches", &fill);
        if (!answers)
            return Failure(answers.error());
        MismatchDump dump;
        for (const Answer &answer : *answers) {
            // One record that cannot be read must not hide the others.
            if (auto record = decode_mismatch(answer))
                dump.records.push_back(std::move(*record));
            else
                dump.unreadable.push_back(with_release(record.error(), release_));
        }
        std::sort(dump.records.begin(), dump.records.end(),
                  [](const Mismatch &one, const Mismatch &other) {
                      return one.number < other.number;
                  });
        return dump;
    }

    Result<BenchResult> bench(const BenchRequest &request) override
    {
        return job(JobKind::Bench, "cannot measure",
                   [&](nl_msg &message) { return encode_bench(message, request); })
            .and_then([this](const Answer &answer) {
                return decode_job_bench(answer).map_error(of_release());
            });
    }

    Result<Replay> replay(const Mismatch &record) override
    {
        return job(JobKind::Replay, "cannot run the packet again",
                   [&](nl_msg &message) { return encode_packet(message, record); })
            .and_then([this](const Answer &answer) {
                return decode_job_replay(answer).map_error(of_release());
            });
    }

    Result<std::unique_ptr<Events>> subscribe() override { return open_events(); }

private:
    [[nodiscard]] OfRelease of_release() const { return OfRelease{release_}; }

    Result<Answer> job(JobKind kind, std::string_view what,
                       const JobParameters &parameters = {})
    {
        return do_job(jobs_, kind, parameters, what, observer_).map_error(of_release());
    }

    template <typename Record>
    Result<Record> one(unsigned command, const std::string &what,
                       Result<Record> (*decode)(Bytes), const Socket::Filler *filler = nullptr)
    {
        return socket_.ask(command, what, filler)
            .and_then([decode](const Socket::Asked &asked) { return decode(asked.answer); })
            .map_error(of_release());
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
                return Failure(with_release(record.error(), release_));
            records.push_back(std::move(*record));
        }
        return records;
    }

    Socket socket_;
    NetlinkJobLink jobs_;
    JobObserver *observer_ = nullptr;
    std::string release_; // of the module, once it was asked for
};

} // namespace

Result<std::unique_ptr<Kernel>> open_kernel()
{
    auto socket = Socket::open(CRYPTORTURE_FAMILY_NAME);
    if (!socket)
        return Failure(socket.error());
    return std::make_unique<NetlinkKernel>(std::move(*socket));
}

} // namespace ct
