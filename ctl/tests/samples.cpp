// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples.h"

#include <cerrno>

namespace ct::test {

Version sample_version()
{
    return {"0.1.0", "6.1.0-56-amd64"};
}

Status sample_status()
{
    Status status;
    status.run = 3;
    status.state = State::Ended;
    status.verdict = Verdict::Clean;
    status.end = End::Duration;
    status.config.duration_ms = 30000;
    status.config.seed = 0x2a;
    status.config.drivers = {"cbc-aes-aesni", "cbc(aes-generic)"};
    status.config.contexts = {Context::Task, Context::Softirq};
    status.config.disturbers = {Disturber::Timer, Disturber::Preempt};
    status.config.cpus = "0-1";
    status.config.load = 1000;
    status.config.timer_hz = 4000;
    status.config.inject_every = 0;
    status.seed = 0x2a;
    status.elapsed_ns = 30000000000;
    status.started_ns = 1700000000000000000;
    status.operations = 1000000;
    status.bytes = 700000000;
    status.blocks = 44000000;
    status.interruptions = 5000;
    status.fpu_hits = 1200;
    status.preemptions = 300;
    status.nested = 4000;
    over_fpu_section(status) = 80;
    status.cells_planned = 8;
    status.cells_reached = 8;
    status.memory = 2097152;
    status.vectors = 9000;
    status.digest.assign(32, 0xd1);
    status.disturbers = {{Disturber::Timer, 240000, ""}, {Disturber::Preempt, 600, ""}};
    status.sweep.emplace();
    status.defaults_changed = 0;
    status.fpu_nests = true;
    return status;
}

std::vector<Driver> sample_drivers()
{
    Driver aesni;
    aesni.id = 0;
    aesni.name = "cbc-aes-aesni";
    aesni.algorithm = "cbc(aes)";
    aesni.module = "aesni_intel";
    aesni.priority = 400;
    aesni.async = true;
    aesni.simd = true;
    aesni.is_default = true;
    aesni.present = true;

    Driver generic;
    generic.id = 1;
    generic.name = "cbc(aes-generic)";
    generic.algorithm = "cbc(aes)";
    generic.module = "kernel";
    generic.priority = 100;
    generic.present = true;

    Driver absent;
    absent.id = 2;
    absent.name = "rfc4106-gcm-vaes-avx512";
    absent.algorithm = "rfc4106(gcm(aes))";
    absent.error = 2;
    absent.reason = "this CPU has no vpclmulqdq";
    return {aesni, generic, absent};
}

std::vector<Cell> sample_cells()
{
    std::vector<Cell> cells;
    for (const std::uint32_t driver : {0U, 1U})
        for (const Context context : {Context::Task, Context::Softirq})
            for (const std::uint32_t cpu : {0U, 1U}) {
                Cell cell;
                cell.cpu = cpu;
                cell.driver = driver;
                cell.context = context;
                cell.operations = 125000;
                cell.bytes = 87500000;
                cell.interruptions = 625;
                cell.fpu_hits = driver == 0 && context == Context::Task ? 600 : 0;
                cells.push_back(cell);
            }
    return cells;
}

Mismatch sample_mismatch(std::uint64_t number)
{
    Mismatch record;
    record.number = number;
    record.run = 3;
    record.time_ns = 1700000001000000000;
    record.cpu_before = 1;
    record.cpu_after = 1;
    record.algorithm = "cbc(aes)";
    record.driver = "cbc-aes-aesni";
    record.layout = "in-place+3";
    record.what = {What::Text};
    record.seed = 0x2a;
    record.index = 77;
    record.key_len = 16;
    record.payload_len = 60;
    record.text_offset = 16;
    record.text_len = 64;
    record.output_len = 80;
    record.first = 32;
    record.wrong_bytes = 2;
    record.wrong_bits = 3;
    record.blocks = {1};
    record.window = 0;
    for (unsigned byte = 0; byte < 80; ++byte)
        record.expected.push_back(static_cast<std::uint8_t>(byte));
    record.actual = record.expected;
    record.actual[32] = 0xff;
    record.actual[47] = 0x00;
    record.persists = true;
    record.interruptions = 2;
    record.fpu_hits = 1;
    record.duration_ns = 12345;
    return record;
}

Replay sample_replay()
{
    const auto attempt = [](ReplayWay way, std::uint32_t cpu, std::uint32_t runs,
                            std::uint32_t wrong, const char *driver = "") {
        return Attempt{way, cpu, Context::Task, driver, runs, wrong, std::nullopt};
    };
    Replay replay;
    replay.state = ReplayState::Done;
    replay.attempts = {
        attempt(ReplayWay::Same, 1, 8, 8),
        attempt(ReplayWay::IrqsOff, 1, 8, 8),
        attempt(ReplayWay::OtherCpu, 0, 4, 0),
        attempt(ReplayWay::OtherCpu, 2, 0, 0),
        attempt(ReplayWay::OtherCpu, 3, 4, 0),
        attempt(ReplayWay::OtherDriver, 1, 4, 0, "cbc(aes-generic)"),
        attempt(ReplayWay::OtherDriver, 1, 4, 1, "cryptd(__cbc-aes-aesni)"),
        attempt(ReplayWay::OtherDirection, 1, 4, 0),
        attempt(ReplayWay::Reference, 1, 1, 0),
        attempt(ReplayWay::NewKey, 1, 4, 4),
        attempt(ReplayWay::Reference, 0, 1, 0),
        attempt(ReplayWay::SoftirqsOff, 1, 8, 8),
    };
    replay.attempts[3].error = ENODEV;
    replay.cpus_left = 4;
    replay.drivers_left = 1;
    return replay;
}

Mismatch sample_register(std::uint64_t number)
{
    Mismatch record;
    record.number = number;
    record.run = 3;
    record.time_ns = 1700000001000000000;
    record.cpu_before = record.cpu_after = 1; // there and back
    record.context = Context::Caller;
    record.what = {What::Register};
    record.expected.assign(32, 0x5c);
    record.actual = record.expected;
    record.actual[16] = 0x5d;
    record.changed = RegisterChange{"ymm3", "ymm3 of exerciser 4 on CPU 0",
                                    ThreadEvent::Migrate, 5, 1234567};
    return record;
}

HostIdentity sample_host()
{
    HostIdentity host;
    host.vendor = "GenuineIntel";
    host.model = "A CPU \"with\" \u00b5";
    host.family = 6;
    host.model_number = 106;
    host.stepping = UINT32_MAX;
    CpuIdentity whole{0, 1, 2, {3, UINT32_MAX}, "0x2b", "A CPU"};
    CpuIdentity bare;
    bare.cpu = UINT32_MAX;
    host.cpus = {whole, bare};
    host.release = "6.1.0-56-amd64";
    host.version = "#1 SMP PREEMPT_DYNAMIC";
    host.preemption = "voluntary";
    host.preemption_dynamic = true;
    host.config = {{"PREEMPT_DYNAMIC", "y"}, {"CRYPTO_AES_NI_INTEL", "m"}, {"PREEMPT", "n"}};
    host.hypervisor = "kvm";
    host.product = "QEMU Standard PC";
    host.modules = {"aesni_intel", "cryptd"};
    return host;
}

Bisection sample_bisection(bool whole)
{
    Bisection bisection;
    bisection.end = whole ? BisectionEnd::Narrowed : BisectionEnd::OutOfTime;
    bisection.fault = whole ? fault_of(sample_mismatch(1)) : fault_of(sample_register(1));
    bisection.everything = sample_status().config;
    bisection.everything.exercisers = 1;
    bisection.smallest = bisection.everything;
    bisection.trials.push_back({1, bisection.everything, Sight::Shown, 7, 20000000, ""});
    bisection.command = "cryptorture run --for 30s";
    if (!whole)
        return bisection;
    bisection.smallest.drivers = {"cbc-aes-aesni"};
    bisection.smallest.contexts = {Context::Task};
    bisection.smallest.disturbers = {Disturber::Timer};
    bisection.smallest.cpus = "1";
    bisection.smallest.sizes = "60";
    bisection.smallest.exercisers = 0;
    bisection.smallest.duration_ms = 30000;
    bisection.shown = {3, 30000, 6000000000};
    bisection.needs = {
        {"driver cbc-aes-aesni", false, "the fault is of this driver", 0, 0, 0, 0},
        {"disturber timer", true, "", 0, 51500, 10000000000, 0.9501},
        {"disturber preempt", true, "", 2, 51500, 10000000000, 0.95},
    };
    bisection.others = {{"cbc(aes-generic): guard wrong", 4}};
    bisection.elapsed_ns = 61000000000;
    bisection.trials.push_back({2, bisection.smallest, Sight::Silent, 51500, 10000000000, ""});
    bisection.trials.push_back(
        {3, bisection.smallest, Sight::Refused, 0, 0, "this machine cannot"});
    return bisection;
}

Report register_report()
{
    Status status = sample_status();
    status.verdict = Verdict::Corrupt;
    status.mismatches = 12;
    status.register_mismatches = 12;
    status.register_checks = 900000;
    status.records = 12;
    Journal journal(3);
    for (std::uint64_t number = 1; number <= 12; ++number)
        journal.add(sample_register(number));
    return make_report("0.1.0", sample_version(), status, sample_drivers(), sample_cells(),
                       journal,
                       {{0, 0, 0, "0,2", "0x2b", "A CPU"}, {1, 0, 1, "1,3", "0x2b", "A CPU"}});
}

Report unreachable_report()
{
    Status status = sample_status();
    status.verdict = Verdict::Inconclusive;
    status.cells_planned = 9;
    status.cells_exempt = 1;
    status.config.contexts = {Context::Task, Context::Softirq, Context::Caller};
    status.config.exercisers = 1;
    status.fpu_nests = false;
    status.disturbers.push_back({Disturber::Memory, 0, "no reclaim here"});
    auto cells = sample_cells();
    Cell call = cells[1];
    call.context = Context::Caller;
    call.operations = 0;
    call.gap = Gap::NoCall;
    cells.push_back(call);
    Cell tampered = cells[0];
    tampered.direction = Direction::Tampered;
    tampered.operations = 0;
    tampered.gap = Gap::NotApplicable;
    tampered.exempt = {Exempt::NoIcv};
    cells.push_back(tampered);
    cells[4].exempt = {Exempt::Deferred};
    return make_report("0.1.0", sample_version(), status, sample_drivers(), cells, Journal(3));
}

Report clean_report()
{
    return make_report("0.1.0", sample_version(), sample_status(), sample_drivers(),
                       sample_cells(), Journal(3));
}

Report corrupt_report()
{
    Status status = sample_status();
    status.verdict = Verdict::Corrupt;
    status.mismatches = 5;
    status.records = 4;
    status.unrecorded = 1;
    auto cells = sample_cells();
    cells[1].mismatches = 4;
    cells[2].mismatches = 1;
    Journal journal(3);
    journal.add(sample_mismatch(1));
    journal.add(sample_mismatch(2));
    journal.add(sample_mismatch(4));
    return make_report("0.1.0", sample_version(), status, sample_drivers(), cells, journal);
}

Report inconclusive_report()
{
    Status status = sample_status();
    status.verdict = Verdict::Inconclusive;
    status.cells_reached = 5;
    status.config.load = 10;
    status.config.exercisers = 1;
    auto cells = sample_cells();
    for (const std::size_t place : {0U, 1U}) {
        cells[place].gap = Gap::NoFpuHit;
        cells[place].fpu_hits = 0;
    }
    // As the other direction was seen.
    for (const std::size_t place : {0U, 1U}) {
        Cell other = cells[place];
        other.direction = Direction::Decrypt;
        other.gap = Gap::None;
        other.fpu_hits = 1;
        cells.push_back(other);
    }
    cells[6].gap = Gap::TooFew;
    cells[6].operations = 3;
    return make_report("0.1.0", sample_version(), status, sample_drivers(), cells, Journal(3));
}

} // namespace ct::test
