// SPDX-License-Identifier: GPL-2.0-or-later
// A run of SIMD drivers on a machine, with the records and cells that it makes.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "mechanisms/mechanism.h"

namespace ct::test {

// An algorithm with its drivers: two of AES-NI and one without any SIMD.
struct FpuSuite {
    const char *algorithm;
    const char *sse;
    const char *wide;
    const char *plain;
};
inline constexpr std::array<FpuSuite, 6> fpu_suites{
    {{"cbc(aes)", "cbc-aes-aesni", "cbc-aes-aesni-avx", "cbc(aes-generic)"},
     {"ctr(aes)", "ctr-aes-aesni", "ctr-aes-vaes-avx2", "ctr(aes-generic)"},
     {"rfc4106(gcm(aes))", "rfc4106-gcm-aesni", "rfc4106-gcm-vaes-avx10_256",
      "rfc4106(gcm_base(ctr(aes-generic),ghash-generic))"},
     {"gcm(aes)", "generic-gcm-aesni", "generic-gcm-vaes-avx10_256",
      "gcm_base(ctr(aes-generic),ghash-generic)"},
     {"authenc(hmac(sha1),cbc(aes))", "authenc(hmac(sha1-ssse3),cbc-aes-aesni)",
      "authenc(hmac(sha1-ni),cbc-aes-aesni-avx)",
      "authenc(hmac(sha1-generic),cbc(aes-generic))"},
     {"authenc(hmac(sha256),cbc(aes))", "authenc(hmac(sha256-avx2),cbc-aes-aesni)",
      "authenc(hmac(sha256-ni),cbc-aes-aesni-avx)",
      "authenc(hmac(sha256-generic),cbc(aes-generic))"}}};
inline constexpr std::size_t fpu_cbc = 0;
inline constexpr std::size_t fpu_ctr = 1;
inline constexpr std::size_t fpu_rfc4106 = 2;
inline constexpr std::size_t fpu_gcm = 3;
inline constexpr std::size_t fpu_authenc = 4;

[[nodiscard]] bool fpu_chance(Random &random, double likely);
// Small numbers as often as great ones.
[[nodiscard]] std::size_t fpu_some(Random &random, std::size_t least, std::size_t most);
[[nodiscard]] Direction fpu_direction(Random &random);

// How likely the packet is wrong when it is run again.
struct FpuAgain {
    double same = 0;
    double irqs_off = 0;
    double elsewhere = 0; // on another CPU, or with a new key
    double other_direction = 0;
    double softirqs_off = irqs_off; // other threads and softirqs wait, interrupts do not
};

// What a machine is made of, and what a run on it records.
class FpuRun {
public:
    explicit FpuRun(Random &random);

    [[nodiscard]] std::uint32_t cpus() const { return cpus_; }
    [[nodiscard]] std::uint32_t cpu();
    void make_wide() { wide_ = true; }
    // Blocks that are in registers at one time.
    [[nodiscard]] std::size_t width(const Packet &packet, Direction direction) const;
    // Of so many blocks.
    [[nodiscard]] Packet packet(std::size_t suite, std::size_t least, std::size_t most);

    // With the course of an operation that nothing special has happened to.
    Mismatch &add(std::size_t suite, const Packet &packet, Direction direction,
                  const std::vector<std::uint8_t> &output);
    // The ICV did not fit, so the destination is not looked at.
    Mismatch &add_refused(std::size_t suite, const Packet &packet);
    // Of no packet; at the moment of the one before, or later.
    Mismatch &append(Mismatch record, bool together = false);

    static void put(Mismatch &record, std::uint32_t cpu);
    static void not_in_softirq(Mismatch &record);
    static void nothing_seen(Mismatch &record);
    // Interrupted inside of its section; by a softirq operation too.
    void hit(Mismatch &record, bool nested);
    // All at a moment, as those that follow.
    void at_once() { pause_ = 20000; }
    // It happens often: the run has made few operations by now.
    void soon() { hurry_ = 300; }

    // Runs the packet of the last record again.
    void again(const FpuAgain &likely);
    [[nodiscard]] Evidence evidence();

private:
    [[nodiscard]] Context some_context();
    [[nodiscard]] std::string layout();
    [[nodiscard]] Attempt attempt(ReplayWay way, std::uint32_t cpu, std::uint32_t runs,
                                  double wrong);
    void cells(Evidence &evidence, const char *driver, bool simd);
    [[nodiscard]] CellTotal cell(const char *driver, bool simd, std::uint32_t cpu,
                                 Context context, Direction direction);

    Random &random_;
    std::uint32_t cpus_;
    std::uint64_t seed_;
    bool wide_;
    bool alone_; // there is no driver without SIMD
    bool replays_;
    std::uint64_t now_;
    std::uint64_t pause_ = 3000000000;
    std::uint64_t hurry_ = 1;
    std::size_t replayed_ = 0;
    std::array<bool, fpu_suites.size()> used_{};
    std::vector<Mismatch> records_;
};

using FpuValue = std::function<Block(std::size_t place)>; // of a register

// What an operation leaves in the registers: its last states, and in the second its last key.
[[nodiscard]] FpuValue fpu_left_by(const Packet &packet);
[[nodiscard]] FpuValue fpu_same(const Block &value);
// That nobody will name: of another guest, or of a driver that is no part of the run.
[[nodiscard]] FpuValue fpu_unknown(Random &random);
// Of an exerciser.
[[nodiscard]] FpuValue fpu_user(Random &random, std::uint32_t thread);
// The states in registers, some of them lost at one moment: those in mask.
[[nodiscard]] std::vector<StateFault> fpu_replaced(const Packet &packet, std::size_t width,
                                                   unsigned mask, const FpuValue &value,
                                                   Random &random);
// The register that counts is lost: all blocks from there on.
[[nodiscard]] std::vector<StateFault> fpu_miscounted(const Packet &packet, std::size_t from,
                                                     const Block &value);
// The ICV alone: a register of GHASH or of the digest, while the text is right.
[[nodiscard]] std::vector<std::uint8_t> fpu_wrong_icv(const Packet &packet, Random &random);

// A part of thread_mechanisms(): no class is right.
[[nodiscard]] std::vector<Mechanism> unclear_mechanisms();

} // namespace ct::test
