// SPDX-License-Identifier: GPL-2.0-or-later
// Malformed, unauthorised and untimely requests to the kernel's side of the
// family. Prints "ok hostile: NAME" or "not ok hostile: NAME: why" for each
// case, and "finished N" at the end. As root, in a VM that has the module
// loaded.
#include "case.h"

namespace {

void headers()
{
    for (unsigned command :
         {0U, unsigned(CRYPTORTURE_CMD_EVENT_STARTED), unsigned(CRYPTORTURE_CMD_EVENT_MISMATCH),
          unsigned(CRYPTORTURE_CMD_EVENT_ENDED), unsigned(CRYPTORTURE_CMD_EVENT_JOB),
          unsigned(CRYPTORTURE_CMD_MAX) + 1, 255U})
        unsupported("command " + std::to_string(command), Message(command));
    // Of the contract before.
    for (unsigned command :
         {CRYPTORTURE_CMD_RETIRED_RUN_START, CRYPTORTURE_CMD_RETIRED_RUN_STOP,
          CRYPTORTURE_CMD_RETIRED_BENCH, CRYPTORTURE_CMD_RETIRED_CALL,
          CRYPTORTURE_CMD_RETIRED_REGISTER, CRYPTORTURE_CMD_RETIRED_REPLAY}) {
        unsupported("retired command " + std::to_string(command), Message(command));
        unsupported("retired command " + std::to_string(command) + " with a number",
                    Message(command).u32(1, 1));
    }
    for (unsigned command :
         {CRYPTORTURE_CMD_VERSION_GET, CRYPTORTURE_CMD_STATUS_GET, CRYPTORTURE_CMD_JOB_START,
          CRYPTORTURE_CMD_JOB_GET, CRYPTORTURE_CMD_JOB_CANCEL})
        unsupported("a dump of command " + std::to_string(command),
                    Message(command, NLM_F_DUMP));
    for (unsigned command : {CRYPTORTURE_CMD_DRIVER_GET, CRYPTORTURE_CMD_CELL_GET})
        unsupported("no dump of command " + std::to_string(command), Message(command));
    for (unsigned len = NLMSG_HDRLEN; len < attributes; len++)
        refuse("a header cut to " + std::to_string(len) + " bytes",
               Message(CRYPTORTURE_CMD_JOB_START).length(len), EINVAL, nowhere, false);
    refuse("a reserved field that is not 0", start().set(18, std::uint16_t{1}), EINVAL,
           nowhere);
    for (unsigned flag : {NLM_F_ROOT, NLM_F_MATCH, NLM_F_ATOMIC, 0x8000})
        refuse("flag " + std::to_string(flag),
               start().set(6, static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flag)),
               EINVAL, nowhere);
    for (const auto version : std::initializer_list<std::uint8_t>{0, 1, 3, 255}) {
        const Reply reply = ask(Message(CRYPTORTURE_CMD_VERSION_GET).set(17, version));
        report("header version " + std::to_string(version) + " gets the version, to compare",
               answer(reply).count(CRYPTORTURE_A_VERSION_MODULE) ? "" : show(reply));
    }

    // What netlink's core drops, or acknowledges without a look.
    for (std::size_t len :
         {std::size_t{0}, std::size_t{15}, start().bytes.size() + 1, std::size_t{0xffffffff}}) {
        Socket socket(10);
        const auto before = status();
        const std::uint32_t dropped = socket.send(start().length(len).bytes);
        const Reply next = socket.wait(socket.send(Message(CRYPTORTURE_CMD_VERSION_GET).bytes));
        report("a length of " + std::to_string(len) +
                   " is dropped, and the next message answered",
               next.error || socket.replies.count(dropped) || status() != before ? show(next)
                                                                                 : "");
    }
    const auto before = status();
    const Reply reply = ask(start().set(6, std::uint16_t{NLM_F_ACK}));
    report("what is no request does nothing",
           reply.error || status() != before ? show(reply) : "");
    Message big = start();
    while (big.bytes.size() < 60000)
        big.u64(CRYPTORTURE_A_CONFIG_SEED, 7);
    refuse("60 kB in a nest, the last attribute at fault",
           big.u32(CRYPTORTURE_A_CONFIG_LOAD, 0), EINVAL);
    Message many(CRYPTORTURE_CMD_JOB_START);
    while (many.bytes.size() < 150000)
        many.u32(CRYPTORTURE_A_JOB_KIND, CRYPTORTURE_JOB_KIND_START);
    refuse("150 kB, the last attribute at fault",
           many.u32(CRYPTORTURE_A_JOB_KIND, __CRYPTORTURE_JOB_KIND_MAX), EINVAL);
}

void unknown_attributes()
{
    struct {
        unsigned command, flags;
        std::vector<unsigned> types;
    } const table[] = {
        {CRYPTORTURE_CMD_VERSION_GET, 0, {1, 2}},
        {CRYPTORTURE_CMD_JOB_START,
         0,
         {CRYPTORTURE_A_JOB_NUMBER, CRYPTORTURE_A_JOB_STATE, CRYPTORTURE_A_JOB_ERROR,
          CRYPTORTURE_A_JOB_WHY, CRYPTORTURE_A_JOB_WHERE, CRYPTORTURE_A_JOB_STATUS,
          CRYPTORTURE_A_JOB_PAD, CRYPTORTURE_A_JOB_MAX + 1}},
        {CRYPTORTURE_CMD_JOB_GET,
         0,
         {CRYPTORTURE_A_JOB_KIND, CRYPTORTURE_A_JOB_CONFIG, CRYPTORTURE_A_JOB_PAD,
          CRYPTORTURE_A_JOB_MAX + 1}},
        {CRYPTORTURE_CMD_JOB_CANCEL,
         0,
         {CRYPTORTURE_A_JOB_KIND, CRYPTORTURE_A_JOB_CONFIG, CRYPTORTURE_A_JOB_PAD,
          CRYPTORTURE_A_JOB_MAX + 1}},
        {CRYPTORTURE_CMD_STATUS_GET, 0, {1, 2}},
        {CRYPTORTURE_CMD_DRIVER_GET, NLM_F_DUMP, {1, 2}},
        {CRYPTORTURE_CMD_CELL_GET, NLM_F_DUMP, {1, 2}},
        {CRYPTORTURE_CMD_MISMATCH_GET,
         0,
         {CRYPTORTURE_A_MISMATCH_RUN, CRYPTORTURE_A_MISMATCH_PAD,
          CRYPTORTURE_A_MISMATCH_MAX + 1}},
        {CRYPTORTURE_CMD_MISMATCH_GET,
         NLM_F_DUMP,
         {CRYPTORTURE_A_MISMATCH_RUN, CRYPTORTURE_A_MISMATCH_PAD,
          CRYPTORTURE_A_MISMATCH_MAX + 1}},
    };
    for (const auto &[command, flags, types] : table) {
        const std::string of =
            std::string(flags ? " of a dump" : "") + " of command " + std::to_string(command);
        for (unsigned type : {0U, 0x3fffU})
            refuse("attribute " + std::to_string(type) + of,
                   Message(command, flags).u64(type, 1), EINVAL);
        for (unsigned type : types)
            refuse("attribute " + std::to_string(type) + of,
                   Message(command, flags).u64(type, 1), EINVAL);
        // Not to be read beyond, whatever it says. Netlink's core blames no
        // attribute here.
        for (int len : {0, 3, 13, 65535})
            refuse("an attribute length of " + std::to_string(len) + of,
                   Message(command, flags).add(1, number(biggest), len), EINVAL, nowhere);
    }
    struct {
        const char *name;
        Message message;
        std::vector<unsigned> types;
    } const nests[] = {
        {"a run", start(), {CRYPTORTURE_A_CONFIG_PAD, CRYPTORTURE_A_CONFIG_MAX + 1}},
        {"a bench",
         bench(),
         {CRYPTORTURE_A_BENCH_OPERATIONS, CRYPTORTURE_A_BENCH_PAD,
          CRYPTORTURE_A_BENCH_MAX + 1}},
        {"a packet",
         packet(),
         {CRYPTORTURE_A_MISMATCH_NUMBER, CRYPTORTURE_A_MISMATCH_PAD,
          CRYPTORTURE_A_MISMATCH_MAX + 1}},
    };
    for (const auto &[name, message, types] : nests) {
        const std::string of = std::string(" of ") + name;
        for (unsigned type : {0U, 0x3fffU})
            refuse("attribute " + std::to_string(type) + of, Message(message).u64(type, 1),
                   EINVAL);
        for (unsigned type : types)
            refuse("attribute " + std::to_string(type) + of, Message(message).u64(type, 1),
                   EINVAL);
        for (int len : {0, 3, 13, 65535})
            refuse("an attribute length of " + std::to_string(len) + of,
                   Message(message).add(1, number(biggest), len), EINVAL, nowhere);
    }
}

void lengths()
{
    const auto both = [](const std::string &name, unsigned type, unsigned right,
                         const Message &message) {
        for (unsigned len : {0U, 1U, right - 1, right + 1, 2 * right, 3000U})
            refuse(name + " of " + std::to_string(len) + " bytes",
                   Message(message).add(type, Bytes(len, 1)), EINVAL);
    };
    both("a duration", CRYPTORTURE_A_CONFIG_DURATION_MS, 8, start());
    both("a seed", CRYPTORTURE_A_CONFIG_SEED, 8, start());
    both("injection", CRYPTORTURE_A_CONFIG_INJECT_EVERY, 8, start());
    both("contexts", CRYPTORTURE_A_CONFIG_CONTEXTS, 4, start());
    both("disturbers", CRYPTORTURE_A_CONFIG_DISTURB, 4, start());
    both("a load", CRYPTORTURE_A_CONFIG_LOAD, 4, start());
    both("a timer rate", CRYPTORTURE_A_CONFIG_TIMER_HZ, 4, start());
    both("exercisers", CRYPTORTURE_A_CONFIG_EXERCISERS, 4, start());
    both("a kind of job", CRYPTORTURE_A_JOB_KIND, 4, Message(CRYPTORTURE_CMD_JOB_START));
    both("a job's number", CRYPTORTURE_A_JOB_NUMBER, 8, Message(CRYPTORTURE_CMD_JOB_GET));
    both("the number of a job to cancel", CRYPTORTURE_A_JOB_NUMBER, 8,
         Message(CRYPTORTURE_CMD_JOB_CANCEL));
    both("a mismatch number", CRYPTORTURE_A_MISMATCH_NUMBER, 8,
         Message(CRYPTORTURE_CMD_MISMATCH_GET));
    both("a mismatch number to dump from", CRYPTORTURE_A_MISMATCH_NUMBER, 8,
         Message(CRYPTORTURE_CMD_MISMATCH_GET, NLM_F_DUMP));
    both("a mode", CRYPTORTURE_A_BENCH_MODE, 4, bench());
    both("a payload", CRYPTORTURE_A_BENCH_PAYLOAD, 4, bench());
    both("a direction", CRYPTORTURE_A_BENCH_DIRECTION, 4, bench());
    both("a bench duration", CRYPTORTURE_A_BENCH_DURATION_MS, 4, bench());
    both("a packet's seed", CRYPTORTURE_A_MISMATCH_SEED, 8, packet());
    both("a packet's index", CRYPTORTURE_A_MISMATCH_INDEX, 8, packet());
    both("a packet's payload", CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, 4, packet());
    both("a packet's CPU", CRYPTORTURE_A_MISMATCH_CPU_BEFORE, 4, packet());
    refuse("a flag with a value", start().u32(CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH, 1), ERANGE);
    refuse("a number marked as nested",
           start().u32(CRYPTORTURE_A_CONFIG_LOAD | NLA_F_NESTED, 1), EINVAL);
}

void strings()
{
    const auto strings_of = [](const std::string &name, const Message &message, unsigned type,
                               std::size_t limit) {
        const std::string longest(limit - 1, '0');
        refuse(name + " of no bytes", Message(message).add(type, {}), EINVAL);
        refuse(name + " without NUL", Message(message).add(type, {'0', '-', '1'}), EINVAL);
        refuse(name + " one byte too long", Message(message).text(type, longest + "0"), EINVAL);
        refuse(name + " of 5000 characters",
               Message(message).text(type, std::string(5000, '0')), EINVAL);
    };
    strings_of("a CPU list", start(), CRYPTORTURE_A_CONFIG_CPUS, 4097);
    strings_of("a list of sizes", start(), CRYPTORTURE_A_CONFIG_SIZES, 194);
    for (const char *sizes : {"", "0", "9001", "5-", "x", "2-1", "1;2", "65537",
                              "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"})
        refuse("sizes \"" + std::string(sizes) + "\"",
               start().text(CRYPTORTURE_A_CONFIG_SIZES, sizes), EINVAL);
    accept("sizes 1,64-9000", start().text(CRYPTORTURE_A_CONFIG_SIZES, "1,64-9000"));
    strings_of("a layout", packet(), CRYPTORTURE_A_MISMATCH_LAYOUT, 64);
    strings_of("a driver to replay", packet(), CRYPTORTURE_A_MISMATCH_DRIVER,
               CRYPTORTURE_NAME_MAX);
    strings_of("a driver to measure", plain_bench(), CRYPTORTURE_A_BENCH_DRIVER,
               CRYPTORTURE_NAME_MAX);
    for (const char *cpus :
         {"", "x", "9999", "0-", "-1", "1-0", "0,,1x", "4294967296", "0-1:0/0", " ", "0;1"})
        refuse("CPUs \"" + std::string(cpus) + "\"",
               start().text(CRYPTORTURE_A_CONFIG_CPUS, cpus), EINVAL);
    std::string cpus = "0";
    while (cpus.size() + 2 <= 4096)
        cpus += ",1";
    accept("a CPU list of 4095 characters", start().text(CRYPTORTURE_A_CONFIG_CPUS, cpus));
    for (const auto &[name, error] : {std::pair{std::string(), ENOENT},
                                      {"no-such-driver", ENOENT},
                                      {absent, ENOENT},
                                      {std::string(127, 'a'), ENOENT},
                                      {std::string(128, 'a'), EINVAL}}) {
        const std::string of = "driver \"" + name.substr(0, 40) + "\" of " +
                               std::to_string(name.size()) + " bytes";
        refuse(of, plain_start().drivers(name_of(name)), error, inner);
        refuse(of + " to measure", plain_bench().text(CRYPTORTURE_A_BENCH_DRIVER, name), error);
    }
}

void lists()
{
    const Message message = plain_start();
    const auto list = [&](const Bytes &bytes, int len = -1) {
        return Message(message).add(CRYPTORTURE_A_CONFIG_DRIVERS | NLA_F_NESTED, bytes, len);
    };
    refuse("an empty list", list({}), EINVAL);
    refuse("a list that is not nested",
           Message(message).add(CRYPTORTURE_A_CONFIG_DRIVERS, name_of(driver)), EINVAL);
    refuse("a list of 2 bytes", list({1, 2}), ERANGE);
    refuse("a list of garbage", list(Bytes(100, 0xa5)), EINVAL, nowhere);
    refuse("a list of zeroes", list(Bytes(100)), EINVAL, nowhere);
    for (unsigned type : {0U, 2U, 0x3fffU})
        refuse("type " + std::to_string(type) + " in a list",
               list(attribute(type, with_nul(driver))), EINVAL, inner);
    refuse("a list in a list",
           list(attribute(CRYPTORTURE_A_LIST_DRIVER | NLA_F_NESTED, name_of(driver))), EINVAL,
           inner);
    refuse("a name without NUL", list(attribute(CRYPTORTURE_A_LIST_DRIVER, {'x', 'y', 'z'})),
           EINVAL, inner);
    refuse("a name beyond its list",
           list(attribute(CRYPTORTURE_A_LIST_DRIVER, with_nul(driver), 500)), EINVAL, nowhere);
    refuse("a list beyond the message", list(name_of(driver), 5000), EINVAL, nowhere);
    Bytes thousand, same;
    for (int i = 0; i < 1000; i++) {
        const Bytes other = name_of("driver-" + std::to_string(i)), again = name_of(driver);
        thousand.insert(thousand.end(), other.begin(), other.end());
        same.insert(same.end(), again.begin(), again.end());
    }
    refuse("1000 unknown drivers", list(thousand), ENOENT, inner);
    accept("one driver 1000 times", list(same));
}

void values()
{
    for (std::uint32_t contexts : {0U, 4U, 7U, 8U, ~0U})
        refuse("contexts " + std::to_string(contexts),
               start().u32(CRYPTORTURE_A_CONFIG_CONTEXTS, contexts), EINVAL);
    for (std::uint32_t exercisers : {17U, ~0U})
        refuse("exercisers " + std::to_string(exercisers),
               start().u32(CRYPTORTURE_A_CONFIG_EXERCISERS, exercisers), EINVAL);
    accept(
        "16 exercisers, all contexts",
        start().u32(CRYPTORTURE_A_CONFIG_EXERCISERS, 16).u32(CRYPTORTURE_A_CONFIG_CONTEXTS, 7));
    for (std::uint32_t disturb : {256U, 511U, 512U, ~0U})
        refuse("disturbers " + std::to_string(disturb),
               start().u32(CRYPTORTURE_A_CONFIG_DISTURB, disturb), EINVAL);
    for (std::uint32_t load : {0U, 1001U, ~0U})
        refuse("load " + std::to_string(load), start().u32(CRYPTORTURE_A_CONFIG_LOAD, load),
               EINVAL);
    for (std::uint32_t hertz : {0U, 9U, 200001U, ~0U})
        refuse("timer rate " + std::to_string(hertz),
               start().u32(CRYPTORTURE_A_CONFIG_TIMER_HZ, hertz), EINVAL);
    for (std::uint64_t duration :
         {std::uint64_t{0}, std::uint64_t{CRYPTORTURE_DURATION_MAX_MS + 1}, biggest})
        refuse("duration " + std::to_string(duration),
               start().u64(CRYPTORTURE_A_CONFIG_DURATION_MS, duration), EINVAL);
    accept("seed 0", start().u64(CRYPTORTURE_A_CONFIG_SEED, 0));
    accept("seed 2^64-1", start().u64(CRYPTORTURE_A_CONFIG_SEED, biggest));
    accept("the longest duration",
           start().u64(CRYPTORTURE_A_CONFIG_DURATION_MS, CRYPTORTURE_DURATION_MAX_MS));
    accept("load 1, timer 200000, one CPU, one context",
           start()
               .u32(CRYPTORTURE_A_CONFIG_LOAD, 1)
               .u32(CRYPTORTURE_A_CONFIG_TIMER_HZ, 200000)
               .text(CRYPTORTURE_A_CONFIG_CPUS, "0")
               .u32(CRYPTORTURE_A_CONFIG_CONTEXTS, 1));
    accept("timer 10, no disturber, injection every 2^64-1",
           start()
               .u32(CRYPTORTURE_A_CONFIG_TIMER_HZ, 10)
               .u32(CRYPTORTURE_A_CONFIG_DISTURB, 0)
               .u64(CRYPTORTURE_A_CONFIG_INJECT_EVERY, biggest));
    refuse("a mismatch without number", Message(CRYPTORTURE_CMD_MISMATCH_GET), EINVAL, nowhere);
    for (std::uint64_t which : {std::uint64_t{0}, std::uint64_t{1}, biggest}) {
        refuse("mismatch " + std::to_string(which),
               Message(CRYPTORTURE_CMD_MISMATCH_GET).u64(CRYPTORTURE_A_MISMATCH_NUMBER, which),
               ENOENT);
        const Reply reply = ask(Message(CRYPTORTURE_CMD_MISMATCH_GET, NLM_F_DUMP)
                                    .u64(CRYPTORTURE_A_MISMATCH_NUMBER, which));
        report("a dump from mismatch " + std::to_string(which) + " is empty",
               reply.error || !reply.messages.empty() ? show(reply) : "");
    }
    refuse("a bench without driver", plain_bench().u32(CRYPTORTURE_A_BENCH_MODE, 0), EINVAL,
           nowhere);
    const std::pair<unsigned, std::uint32_t> wrong[] = {
        {CRYPTORTURE_A_BENCH_MODE, __CRYPTORTURE_BENCH_MODE_MAX},
        {CRYPTORTURE_A_BENCH_MODE, ~0U},
        {CRYPTORTURE_A_BENCH_PAYLOAD, 0},
        {CRYPTORTURE_A_BENCH_PAYLOAD, 9001},
        {CRYPTORTURE_A_BENCH_PAYLOAD, ~0U},
        {CRYPTORTURE_A_BENCH_DIRECTION, 2},
        {CRYPTORTURE_A_BENCH_DIRECTION, ~0U},
        {CRYPTORTURE_A_BENCH_DURATION_MS, 0},
        {CRYPTORTURE_A_BENCH_DURATION_MS, 1001}};
    for (const auto &[type, value] : wrong)
        refuse("bench attribute " + std::to_string(type) + " of " + std::to_string(value),
               bench().u32(type, value), EINVAL);
    for (std::uint32_t payload : {1U, 9000U}) {
        const Reply reply = ask(bench().u32(CRYPTORTURE_A_BENCH_PAYLOAD, payload));
        report("a bench of " + std::to_string(payload) + " bytes",
               get<std::uint64_t>(
                   nest_of(reply, CRYPTORTURE_A_JOB_BENCH)[CRYPTORTURE_A_BENCH_OPERATIONS])
                   ? ""
                   : show(reply));
    }
}

void packets()
{
    refuse("a replay of nothing", plain_packet(), EINVAL, nowhere);
    refuse("a replay without a seed",
           plain_packet().text(CRYPTORTURE_A_MISMATCH_DRIVER, "cbc-aes-aesni"), EINVAL,
           nowhere);
    const std::pair<unsigned, std::uint32_t> wrong[] = {
        {CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, 0}, {CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, 9001},
        {CRYPTORTURE_A_MISMATCH_DIRECTION, 3},   {CRYPTORTURE_A_MISMATCH_DIRECTION, ~0U},
        {CRYPTORTURE_A_MISMATCH_CONTEXT, 3},     {CRYPTORTURE_A_MISMATCH_CONTEXT, ~0U},
        {CRYPTORTURE_A_MISMATCH_CPU_BEFORE, 99}, {CRYPTORTURE_A_MISMATCH_CPU_BEFORE, ~0U}};
    for (const auto &[type, value] : wrong)
        refuse("packet attribute " + std::to_string(type) + " of " + std::to_string(value),
               packet().u32(type, value), EINVAL);
    for (const char *layout :
         {"", "in-place", "in-place/page/whole+16", "in-place/page-vmalloc/whole+0",
          "alias/page/whole+0+0", "out-of-place/page/whole+0", "in-place/page/random65536+0",
          "in-place/page/whole+0 "})
        refuse("layout \"" + std::string(layout) + "\"",
               packet().text(CRYPTORTURE_A_MISMATCH_LAYOUT, layout), EINVAL);
    // Each is a layout, with no room for this packet.
    for (const char *layout :
         {"in-place/page/crossing0+0", "in-place/page/crossing65535+0",
          "in-place/page/bytes64+0", "out-of-place/kmalloc-page/whole+0+0"})
        refuse("layout " + std::string(layout) + " of 64 bytes",
               packet().text(CRYPTORTURE_A_MISMATCH_LAYOUT, layout), EINVAL, nowhere);
    for (std::uint64_t which : {std::uint64_t{0}, biggest}) {
        const Reply reply =
            ask(packet()
                    .u64(CRYPTORTURE_A_MISMATCH_SEED, which)
                    .u64(CRYPTORTURE_A_MISMATCH_INDEX, which)
                    .text(CRYPTORTURE_A_MISMATCH_LAYOUT, "alias/vmalloc/fields-ends+15"));
        report("a replay of packet " + std::to_string(which),
               get<std::uint32_t>(nest_of(
                   reply, CRYPTORTURE_A_JOB_PACKET)[CRYPTORTURE_A_MISMATCH_REPLAY_STATE]) ==
                       CRYPTORTURE_REPLAY_STATE_DONE
                   ? ""
                   : show(reply));
    }
}

void untimely()
{
    refuse("stopping when nothing runs", stop(), ESRCH, nowhere);
    Socket listener(10);
    const int joined = listener.join();
    ask(start());
    const std::uint64_t run = status_number(CRYPTORTURE_A_STATUS_RUN);
    for (const auto &[name, message] :
         {std::pair{"starting twice", start()}, {"a bench in a run", bench()}}) {
        const Reply reply = ask(message);
        const bool on =
            status_number(CRYPTORTURE_A_STATUS_RUN) == run &&
            status_number(CRYPTORTURE_A_STATUS_STATE) == CRYPTORTURE_RUN_STATE_RUNNING;
        report(name, reply.error != EBUSY || reply.text.empty() || !on ? show(reply) : "");
    }
    ask(stop());
    const auto &events = listener.replies[0].messages;
    const auto heard = [&](unsigned command) {
        return std::count_if(events.begin(), events.end(),
                             [command](const Bytes &event) { return event[0] == command; });
    };
    while (!heard(CRYPTORTURE_CMD_EVENT_ENDED) && listener.receive())
        ;
    report("root hears a run begin and end, and what jobs do",
           joined || heard(CRYPTORTURE_CMD_EVENT_STARTED) != 1 ||
                   heard(CRYPTORTURE_CMD_EVENT_ENDED) != 1 ||
                   heard(CRYPTORTURE_CMD_EVENT_JOB) == 0
               ? std::to_string(events.size()) + " events, " + strerror(joined)
               : "");
}

} // namespace

// The argument: how many runs begin and end under parallel dumps (200).
int main(int count, char **words)
{
    const int runs = count > 1 ? std::atoi(words[1]) : 200;
    if (find_family()) {
        usable("at first");
        headers();
        unknown_attributes();
        lengths();
        strings();
        lists();
        values();
        packets();
        calls();
        untimely();
        jobs();
        people();
        dumps(runs);
    }
    std::printf("finished %u\n", cases);
    return failures ? 1 : 0;
}
