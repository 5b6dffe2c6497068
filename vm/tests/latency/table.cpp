// SPDX-License-Identifier: GPL-2.0-or-later
// How long each command of the family takes, as a table of Markdown: until its callback has
// come back, all of which others may have to wait for, and until the whole answer has come.
// Speaks both versions of the contract: that in which long work is a job, and the one
// before. As root, in a VM whose module may be loaded and unloaded.
#include "../hostile/wire.h"
#include "clock.h"

#include <map>
#include <memory>
#include <string>

namespace {

constexpr int many = 100, few = 10; // few of what takes seconds
constexpr std::uint64_t an_hour = 3600000;

bool with_jobs;
std::string driver;
// Jobs end with the socket that asked for them.
std::unique_ptr<Socket> connection;

[[noreturn]] void give_up(const std::string &why)
{
    std::fprintf(stderr, "table: %s\n", why.c_str());
    std::exit(2);
}

struct Row {
    std::string name;
    std::vector<long> held, whole;
    std::string refused; // the last time
    int refusals = 0;

    explicit Row(std::string what) : name(std::move(what)) {}
    void print() const
    {
        std::printf("| %s | %zu | %s | %s |", name.c_str(), whole.size(), both(held).c_str(),
                    both(whole).c_str());
        if (refusals)
            std::printf(" %d refused: %s", refusals, refused.c_str());
        std::puts("");
        std::fflush(stdout);
    }

private:
    static std::string both(const std::vector<long> &us)
    {
        char text[64];
        if (us.empty())
            return "- | -";
        std::snprintf(text, sizeof(text), "%.2f | %.2f", static_cast<double>(median(us)) / 1000,
                      static_cast<double>(worst(us)) / 1000);
        return text;
    }
};

// The callback is done inside of send().
Reply ask(Row &row, const Message &message)
{
    connection->replies.clear();
    const auto begun = Clock::now();
    const std::uint32_t number = connection->send(message.bytes);
    row.held.push_back(us_since(begun));
    Reply reply = connection->wait(number);
    row.whole.push_back(us_since(begun));
    if (reply.error) {
        row.refusals++;
        row.refused =
            std::string(reply.error < 0 ? "no answer" : strerrorname_np(reply.error)) + " " +
            reply.text;
    }
    return reply;
}

void measure(const std::string &name, const Message &message, int times = many)
{
    Row row(name);
    for (int i = 0; i < times; i++)
        ask(row, message);
    row.print();
}

std::map<unsigned, Bytes> ask_quietly(const Message &message)
{
    const Reply reply = connection->ask(message);
    return reply.messages.empty() ? std::map<unsigned, Bytes>()
                                  : parse(reply.messages[0], GENL_HDRLEN);
}

void run_program(const char *command)
{
    if (const int status = std::system(command))
        give_up(std::string(command) + ": status " + std::to_string(status));
}

void load()
{
    run_program("modprobe cryptorture");
    connection = std::make_unique<Socket>();
    Message message(CTRL_CMD_GETFAMILY);
    message.set(4, std::uint16_t{GENL_ID_CTRL})
        .text(CTRL_ATTR_FAMILY_NAME, CRYPTORTURE_FAMILY_NAME);
    family = get<std::uint16_t>(ask_quietly(message)[CTRL_ATTR_FAMILY_ID]);
    if (!family)
        give_up("there is no family cryptorture");
    // An unknown command is EOPNOTSUPP; an unknown job is another error.
    with_jobs = connection->ask(Message(CRYPTORTURE_CMD_JOB_GET)).error != EOPNOTSUPP;
}

// What asks for long work, by either contract.
Message request(std::uint32_t kind, const Bytes &attributes = {})
{
    static constexpr unsigned before[] = {
        CRYPTORTURE_CMD_UNSPEC, CRYPTORTURE_CMD_RETIRED_RUN_START,
        CRYPTORTURE_CMD_RETIRED_RUN_STOP, CRYPTORTURE_CMD_RETIRED_BENCH,
        CRYPTORTURE_CMD_RETIRED_REPLAY};
    static constexpr unsigned nests[] = {CRYPTORTURE_A_JOB_UNSPEC, CRYPTORTURE_A_JOB_CONFIG,
                                         CRYPTORTURE_A_JOB_UNSPEC, CRYPTORTURE_A_JOB_BENCH,
                                         CRYPTORTURE_A_JOB_PACKET};
    if (!with_jobs && kind == CRYPTORTURE_JOB_KIND_SEARCH)
        return Message(CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP);
    if (!with_jobs)
        return Message(before[kind]).raw(attributes);
    Message message(CRYPTORTURE_CMD_JOB_START);
    message.u32(CRYPTORTURE_A_JOB_KIND, kind);
    if (!attributes.empty())
        message.add(nests[kind] | NLA_F_NESTED, attributes);
    return message;
}

struct Work {
    Row asked, done;
    explicit Work(const std::string &name, std::uint32_t of)
        : asked(with_jobs ? "job-start: " + name : name),
          done(name + ": until the job is done"), kind(of)
    {
    }
    void once(const Bytes &attributes = {})
    {
        const auto begun = Clock::now();
        const Reply reply = ask(asked, request(kind, attributes));
        if (!with_jobs || reply.error || reply.messages.empty())
            return;
        const auto number =
            get<std::uint64_t>(parse(reply.messages[0], GENL_HDRLEN)[CRYPTORTURE_A_JOB_NUMBER]);
        for (;;) {
            auto job = ask_quietly(
                Message(CRYPTORTURE_CMD_JOB_GET).u64(CRYPTORTURE_A_JOB_NUMBER, number));
            if (job.empty() || get<std::uint32_t>(job[CRYPTORTURE_A_JOB_STATE]) ==
                                   CRYPTORTURE_JOB_STATE_DONE) {
                done.whole.push_back(us_since(begun));
                if (job.count(CRYPTORTURE_A_JOB_ERROR) || job.empty()) {
                    done.refusals++;
                    done.refused = text_of(job[CRYPTORTURE_A_JOB_WHY]);
                }
                return;
            }
            usleep(1000);
        }
    }
    void print() const
    {
        asked.print();
        if (with_jobs)
            done.print();
    }

private:
    std::uint32_t kind;
};

Bytes together(const std::vector<Bytes> &all)
{
    Bytes sum;
    for (const Bytes &one : all)
        sum.insert(sum.end(), one.begin(), one.end());
    return sum;
}

Bytes text(unsigned type, const std::string &value)
{
    return attribute(type, with_nul(value));
}

void searches()
{
    Work first("the first search", CRYPTORTURE_JOB_KIND_SEARCH);
    for (int i = 0; i < few; i++) {
        if (i) {
            connection.reset();
            run_program("rmmod cryptorture");
            load();
        }
        first.once();
    }
    first.print();
    Work later("later searches", CRYPTORTURE_JOB_KIND_SEARCH);
    for (int i = 0; i < few; i++)
        later.once();
    later.print();
    for (const Bytes &one :
         connection->ask(Message(CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP)).messages) {
        auto has = parse(one, GENL_HDRLEN);
        if (has.count(CRYPTORTURE_A_DRIVER_PRESENT) && has.count(CRYPTORTURE_A_DRIVER_SIMD) &&
            driver.empty())
            driver = text_of(has[CRYPTORTURE_A_DRIVER_NAME]);
    }
    if (driver.empty())
        give_up("no driver uses vector registers");
    measure("drivers, a dump", Message(CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP));
}

void runs()
{
    const Bytes config = attribute(CRYPTORTURE_A_CONFIG_DURATION_MS, number(an_hour));
    Work start("start", CRYPTORTURE_JOB_KIND_START), stop("stop", CRYPTORTURE_JOB_KIND_STOP);
    for (int i = 0; i < few; i++) {
        start.once(config);
        usleep(200000);
        if (i == few - 1) {
            measure("status, in a run", Message(CRYPTORTURE_CMD_STATUS_GET));
            measure("cells, a dump, in a run", Message(CRYPTORTURE_CMD_CELL_GET, NLM_F_DUMP));
        }
        stop.once();
    }
    start.print();
    stop.print();
    measure("status, after a run", Message(CRYPTORTURE_CMD_STATUS_GET));
    measure("cells, a dump, after a run", Message(CRYPTORTURE_CMD_CELL_GET, NLM_F_DUMP));
}

void measurements()
{
    Work bench("bench of 50 ms", CRYPTORTURE_JOB_KIND_BENCH);
    for (int i = 0; i < few; i++)
        bench.once(
            together({text(CRYPTORTURE_A_BENCH_DRIVER, driver),
                      attribute(CRYPTORTURE_A_BENCH_DURATION_MS, number(std::uint32_t{50}))}));
    bench.print();
}

void mismatches()
{
    const Bytes name = text(CRYPTORTURE_A_LIST_DRIVER, driver);
    Work start("", CRYPTORTURE_JOB_KIND_START);
    start.once(
        together({attribute(CRYPTORTURE_A_CONFIG_DURATION_MS, number(std::uint64_t{3000})),
                  attribute(CRYPTORTURE_A_CONFIG_INJECT_EVERY, number(std::uint64_t{100})),
                  attribute(CRYPTORTURE_A_CONFIG_DRIVERS | NLA_F_NESTED, name)}));
    for (int i = 0; i < 600; i++) {
        auto status = ask_quietly(Message(CRYPTORTURE_CMD_STATUS_GET));
        if (get<std::uint32_t>(status[CRYPTORTURE_A_STATUS_STATE]) ==
            CRYPTORTURE_RUN_STATE_ENDED)
            break;
        usleep(100000);
    }
    measure("mismatches, a dump", Message(CRYPTORTURE_CMD_MISMATCH_GET, NLM_F_DUMP));
    auto kept = connection->ask(Message(CRYPTORTURE_CMD_MISMATCH_GET, NLM_F_DUMP)).messages;
    if (kept.empty())
        give_up("a run with injected mismatches has none");
    auto record = parse(kept.back(), GENL_HDRLEN);
    measure("a mismatch", Message(CRYPTORTURE_CMD_MISMATCH_GET)
                              .u64(CRYPTORTURE_A_MISMATCH_NUMBER,
                                   get<std::uint64_t>(record[CRYPTORTURE_A_MISMATCH_NUMBER])));
    Work replay("replay", CRYPTORTURE_JOB_KIND_REPLAY);
    Bytes packet;
    for (const unsigned type :
         {CRYPTORTURE_A_MISMATCH_DRIVER, CRYPTORTURE_A_MISMATCH_SEED,
          CRYPTORTURE_A_MISMATCH_INDEX, CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN,
          CRYPTORTURE_A_MISMATCH_DIRECTION})
        packet = together({packet, attribute(type, record[type])});
    for (int i = 0; i < few; i++)
        replay.once(packet);
    replay.print();
}

void jobs()
{
    measure("job-get, of one that is done", Message(CRYPTORTURE_CMD_JOB_GET));
    const auto last = get<std::uint64_t>(
        ask_quietly(Message(CRYPTORTURE_CMD_JOB_GET))[CRYPTORTURE_A_JOB_NUMBER]);
    measure("job-cancel, of one that is done",
            Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, last));
    Row getting("job-get, of one that is at work"), cancelling("job-cancel, of such a one");
    for (int i = 0; i < few; i++) {
        auto job = ask_quietly(request(CRYPTORTURE_JOB_KIND_BENCH,
                                       together({text(CRYPTORTURE_A_BENCH_DRIVER, driver),
                                                 attribute(CRYPTORTURE_A_BENCH_DURATION_MS,
                                                           number(std::uint32_t{1000}))})));
        const auto which = get<std::uint64_t>(job[CRYPTORTURE_A_JOB_NUMBER]);
        usleep(20000);
        for (int n = 0; n < many / few; n++)
            ask(getting, Message(CRYPTORTURE_CMD_JOB_GET).u64(CRYPTORTURE_A_JOB_NUMBER, which));
        ask(cancelling,
            Message(CRYPTORTURE_CMD_JOB_CANCEL).u64(CRYPTORTURE_A_JOB_NUMBER, which));
        while (get<std::uint32_t>(ask_quietly(
                   Message(CRYPTORTURE_CMD_JOB_GET)
                       .u64(CRYPTORTURE_A_JOB_NUMBER, which))[CRYPTORTURE_A_JOB_STATE]) !=
               CRYPTORTURE_JOB_STATE_DONE)
            usleep(1000);
    }
    getting.print();
    cancelling.print();
}

} // namespace

int main()
{
    run_program("echo -1 >/proc/sys/kernel/sched_rt_runtime_us");
    in_real_time(20, SCHED_RESET_ON_FORK);
    load();
    std::printf("%s\n\n", with_jobs ? "Long work is a job." : "Long work is in its command.");
    std::puts(
        "| command | requests | callback, median ms | worst | answer, median ms | worst |");
    std::puts("|---|---|---|---|---|---|");
    measure("version", Message(CRYPTORTURE_CMD_VERSION_GET));
    measure("status, before any run", Message(CRYPTORTURE_CMD_STATUS_GET));
    searches();
    runs();
    measurements();
    mismatches();
    if (with_jobs)
        jobs();
}
