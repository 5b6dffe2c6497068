// SPDX-License-Identifier: GPL-2.0-or-later
// A machine with a fault, and what a run on it records: drivers, CPUs, the course of its
// operations, packets run again, and the counts of its cells.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "faults.h"
#include "mechanisms/mechanism.h"

namespace ct::test {

struct MachineDriver {
    std::string name;
    std::string algorithm;
    bool simd = false;     // vector registers in the caller's context
    bool async = false;    // completes after the call returned
    bool deferred = false; // by another thread
    bool threaded = false; // sleeps or spins in the caller's thread until a device is done
};

// How often a packet is wrong when it is run again, of 1.
struct Again {
    double same = 0;
    double irqs_off = 0;
    double other_cpu = 0;
    double new_key = 0;
    double other_simd = 0;   // by other drivers that use vector registers
    double other_scalar = 0; // and by those that do not
    double other_direction = 0;
    double reference = 0;
    std::vector<std::uint32_t> bad_cpus; // other CPUs that are as the CPU of the record
    bool one_driver_only = false;        // the fault is in this driver's code
};

struct MachineLayout {
    bool out_of_place = false;
    std::string backing = "page";
    std::string split = "whole";
    unsigned offset = 0;
    [[nodiscard]] std::string name() const;
};

[[nodiscard]] bool chance(Random &random, double of_one);
// From one to the other, the low ones more often.
[[nodiscard]] std::size_t count_between(Random &random, std::size_t least, std::size_t most);
[[nodiscard]] MachineLayout some_layout(Random &random);
[[nodiscard]] Block flip_bit(Block block, std::size_t bit);

// What is used instead of what is right.
struct Twist {
    std::function<Block(const Block &)> cipher; // of each block, and of the mask of GCM's ICV
    std::optional<Block> iv;                    // that CBC begins with
    std::function<Block(std::ptrdiff_t)> counter;
    std::vector<std::uint8_t> input; // text
};

// The output of an operation with that; an ICV is made of what came out.
[[nodiscard]] std::vector<std::uint8_t> twisted(const Packet &packet, Direction direction,
                                                const Twist &twist);
// The output with another text, and with an ICV over it.
[[nodiscard]] std::vector<std::uint8_t> output_of(const Packet &packet, Direction direction,
                                                  std::vector<std::uint8_t> text);
[[nodiscard]] std::vector<std::uint8_t> right_output(const Packet &packet, Direction direction);
// AES as a CPU has it that changes the state after that many rounds.
[[nodiscard]] std::function<Block(const Block &)>
damaged_cipher(const Packet &packet, Direction direction, unsigned round,
               std::function<Block(const Block &)> change);

using RoundKeys = std::vector<std::pair<unsigned, Block>>; // which, and what is wrong with it
[[nodiscard]] std::function<Block(const Block &)>
keyed_cipher(const Packet &packet, bool forward, const RoundKeys &wrong);

// Of its ciphertext.
[[nodiscard]] Block last_block(const Packet &packet);

// What lies around buffers.
[[nodiscard]] std::vector<std::uint8_t> guard_bytes();
// What lies in a destination that is not the source.
inline constexpr std::uint8_t poison = 0xdb;

class FaultMachine {
public:
    explicit FaultMachine(Random &random, std::uint32_t least_cpus = 2);

    using Fits = std::function<bool(const yt_sa &, const yt_vector &)>;
    // A packet of the run.
    [[nodiscard]] Packet packet(const std::string &algorithm, const Fits &fits);
    [[nodiscard]] Packet packet(const std::string &algorithm, std::size_t least_blocks,
                                std::size_t most_blocks);

    // One of the packets of the same SA.
    [[nodiscard]] Packet of_same_sa(const Packet &packet, std::size_t place);

    // The kernel for a CPU without AES instructions: drivers with general registers alone.
    void scalar_only();
    // One more; alone: without any other for its algorithm.
    const MachineDriver &add(const MachineDriver &driver, bool alone = false);
    [[nodiscard]] const std::vector<MachineDriver> &drivers() const { return drivers_; }
    // Any that has SIMD code or has not; nothing: any.
    [[nodiscard]] const MachineDriver &some_driver(std::optional<bool> simd = {});
    [[nodiscard]] std::uint32_t cpus() const { return cpus_; }
    [[nodiscard]] std::uint32_t some_cpu();
    [[nodiscard]] Direction some_direction();
    void always_run_again() { runs_again_ = true; }

    // An operation with that output; layout, context and course may be changed afterwards.
    Mismatch &record(const MachineDriver &driver, const Packet &packet, Direction direction,
                     const std::vector<std::uint8_t> &output, std::uint32_t cpu);
    // A good packet that was refused.
    Mismatch &refused(const MachineDriver &driver, const Packet &packet, std::uint32_t cpu);
    // A packet with a changed bit that was not.
    Mismatch &accepted(const MachineDriver &driver, const Packet &packet, std::uint32_t cpu);
    // Right output, but bytes beside it were changed.
    Mismatch &beside(const MachineDriver &driver, const Packet &packet, Direction direction,
                     std::uint32_t cpu, const Change &change);
    // Put into another context, or give it a softirq operation that ran over it.
    void in_context(Mismatch &record, Context context);
    void interrupted(Mismatch &record, bool by_operation);
    // What CBC left as the next IV when it encrypted that packet.
    static void set_iv(Mismatch &record, const Packet &packet, const Block &actual);
    // Run the packet of the last record again, if this run does so and has not had enough.
    void again(const Again &how);

    [[nodiscard]] Mismatch &last() { return records_.back(); }
    [[nodiscard]] std::size_t records() const { return records_.size(); }
    [[nodiscard]] Evidence evidence();

private:
    void set_course(Mismatch &record, const MachineDriver &driver);
    [[nodiscard]] std::uint32_t wrong_of(std::uint32_t runs, double of_one);
    void attempt(Replay &replay, ReplayWay way, std::uint32_t cpu, std::uint32_t runs,
                 double of_one);
    [[nodiscard]] bool takes_again(const Mismatch &record);
    [[nodiscard]] const MachineDriver &driver_of(const Mismatch &record) const;
    void add_cells(Evidence &evidence, const MachineDriver &driver);

    Random &random_;
    std::uint32_t cpus_;
    std::uint64_t seed_;
    bool callers_;
    bool runs_again_;
    std::uint64_t time_ns_;
    std::size_t taken_ = 0;
    std::vector<MachineDriver> drivers_;
    std::vector<Mismatch> records_;
};

// Parts of the lists of mechanism.h.
[[nodiscard]] std::vector<Mechanism> memory_mechanisms();
[[nodiscard]] std::vector<Mechanism> race_mechanisms();
[[nodiscard]] std::vector<Mechanism> request_mechanisms();

} // namespace ct::test
