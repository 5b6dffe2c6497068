// SPDX-License-Identifier: GPL-2.0-or-later
// Machines as files: what /proc and /sys say of them, in a folder of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cpu/cpuid.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct::test {

// A folder that goes away with it.
class Tree {
public:
    Tree();
    Tree(const Tree &) = delete;
    Tree &operator=(const Tree &) = delete;
    ~Tree();

    Tree &file(const std::string &path, const std::string &content);
    Tree &link(const std::string &path, const std::string &target);
    Tree &folder(const std::string &path);
    Tree &remove(const std::string &path);
    [[nodiscard]] const std::string &root() const { return root_; }
    [[nodiscard]] Source source() const { return Source(root_); }

    // What machines are made of.
    Tree &kernel(const std::string &release, const std::string &version,
                 const std::string &command_line = "quiet");
    struct Cpu {
        std::string vendor = "GenuineIntel";
        std::string model = "Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz";
        unsigned family = 6;
        unsigned number = 106;
        unsigned stepping = 6;
        std::string flags;
        std::vector<std::string> microcode; // one a CPU
        bool smt = true;                    // neighbours are siblings
    };
    Tree &cpus(const Cpu &cpu);
    // root, or an ordinary user
    Tree &user(bool root);
    Tree &crypto(const std::vector<std::string> &drivers);
    // A loadable, installed module for that release.
    Tree &module_file(const std::string &release, const std::string &tail = "",
                      const std::string &version = "0.1.0");
    Tree &loaded(const std::string &version = "0.1.0");

private:
    std::string root_;
};

// A bare server: 4 CPUs with AVX-512, Linux 6.12 of Debian, module installed, root.
void make_intel(Tree &tree);
// Zen 2 with microcode from before Zenbleed, Linux 6.1 of Debian.
void make_zen2(Tree &tree);
// Xen PV dom0 with Linux 3.14.
void make_xen_dom0(Tree &tree);
// A KVM guest with Linux 5.4.
void make_kvm_guest(Tree &tree);
// Linux 7.3 on the bare server.
void make_newest(Tree &tree);

class FakeCpuid final : public Cpuid {
public:
    // aes: as the CPU has it, whatever the kernel was told.
    explicit FakeCpuid(std::string signature = {}, std::optional<std::uint64_t> xcr0 = 0x2e7,
                       bool aes = false)
        : signature_(std::move(signature)), xcr0_(xcr0), aes_(aes)
    {
    }
    [[nodiscard]] std::optional<CpuidLeaf> leaf(std::uint32_t number) const override;
    [[nodiscard]] std::optional<std::uint64_t> xcr0() const override { return xcr0_; }

private:
    std::string signature_;
    std::optional<std::uint64_t> xcr0_;
    bool aes_ = false;
};

// Of such a machine, by a program of version 0.1.0.
[[nodiscard]] Examination examination_of(const Tree &tree, const std::string &signature = "");

// The first finding whose fact contains that; nullptr if there is none.
[[nodiscard]] const Finding *finding(const Findings &findings, const std::string &part);
// "level: what | meaning" of all, for messages.
[[nodiscard]] std::string told(const Findings &findings);

// With everything that a line can have.
[[nodiscard]] Examination sample_examination();

} // namespace ct::test
