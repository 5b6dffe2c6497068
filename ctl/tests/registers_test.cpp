// SPDX-License-Identifier: GPL-2.0-or-later
// Layouts, patterns and comparison: nothing of this machine's own registers.
#include "registers/compare.h"

#include <algorithm>
#include <cstring>
#include <set>

#include <gtest/gtest.h>

namespace ct::test {

namespace {

// As Intel's CPUs with AVX-512 have it; MPX lies in between.
CpuFacts big_cpu()
{
    CpuFacts facts;
    facts.osxsave = true;
    facts.xcr0 = 0x2e7; // and PKRU, which is none of ours
    facts.areas[2] = {256, 576};
    facts.areas[5] = {64, 1088};
    facts.areas[6] = {512, 1152};
    facts.areas[7] = {1024, 1664};
    facts.avx512bw = true;
    facts.mxcsr_mask = 0xffff;
    return facts;
}

RegisterSets big_sets()
{
    return make_register_sets(big_cpu());
}

class Images : public testing::Test {
protected:
    explicit Images(const RegisterSets &sets = big_sets()) : sets_(sets)
    {
        fill(Image(expected_), sets_, self_);
        actual_ = expected_;
    }
    void put(std::size_t offset, const std::vector<std::byte> &bytes)
    {
        std::copy(bytes.begin(), bytes.end(),
                  actual_.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    // Bytes of an image that another author would have filled.
    std::vector<std::byte> bytes_of(const Author &author, std::size_t offset, std::size_t size)
    {
        std::array<std::byte, image_size_max> other{};
        fill(Image(other), sets_, author);
        return {other.begin() + static_cast<std::ptrdiff_t>(offset),
                other.begin() + static_cast<std::ptrdiff_t>(offset + size)};
    }
    std::vector<Difference> differences() { return compare(expected_, actual_, sets_); }
    // The only one, and its owner.
    std::pair<std::string, std::string> one()
    {
        const auto all = differences();
        EXPECT_EQ(all.size(), 1U);
        EXPECT_FALSE(same(expected_, actual_, sets_));
        if (all.empty())
            return {};
        EXPECT_EQ(all[0].expected.size(), all[0].actual.size());
        return {all[0].name, owner_of(all[0], self_, sets_)};
    }

    RegisterSets sets_;
    Author self_{1, false, 1000};
    alignas(64) std::array<std::byte, image_size_max> expected_{};
    alignas(64) std::array<std::byte, image_size_max> actual_{};
};

using RegisterAndOwner = std::pair<std::string, std::string>;

} // namespace

TEST(RegisterSets, AreThoseThatTheKernelSaves)
{
    const RegisterSets all = big_sets();
    EXPECT_EQ(all.mask, 0xe7U);
    EXPECT_EQ(all.size, 2688U);
    EXPECT_EQ(all.text(), "x87, ZMM0-31, k0-7");
    EXPECT_TRUE(all.wide_masks);

    CpuFacts facts = big_cpu();
    facts.xcr0 = 0x7;
    const RegisterSets avx = make_register_sets(facts);
    EXPECT_EQ(avx.mask, 0x7U);
    EXPECT_EQ(avx.size, 832U);
    EXPECT_EQ(avx.hi16_zmm, 0U);
    EXPECT_EQ(avx.text(), "x87, YMM0-15");

    facts.xcr0 = 0x3;
    EXPECT_EQ(make_register_sets(facts).mask, 0x3U);
    EXPECT_EQ(make_register_sets(facts).size, 576U);

    // Old Xen hides XSAVE.
    facts.osxsave = false;
    EXPECT_FALSE(make_register_sets(facts).xsave());
    EXPECT_EQ(make_register_sets(facts).size, 512U);
    EXPECT_EQ(make_register_sets(facts).text(), "x87, XMM0-15");
    facts.mxcsr_mask = 0;
    EXPECT_EQ(make_register_sets(facts).mxcsr_mask, 0xffbfU);
}

TEST(RegisterSets, LeaveOutWhatCannotBe)
{
    CpuFacts facts = big_cpu();
    facts.areas[6].size = 256;
    EXPECT_EQ(make_register_sets(facts).mask, 0x7U);
    facts = big_cpu();
    facts.areas[7].offset = 4000;
    EXPECT_EQ(make_register_sets(facts).mask, 0x7U);
    facts = big_cpu();
    facts.areas[2].offset = 0;
    EXPECT_EQ(make_register_sets(facts).mask, 0x3U);
}

TEST(RegisterSets, OfThisCpuHoldTogether)
{
    const RegisterSets sets = make_register_sets(facts_of_this_cpu());
    EXPECT_LE(sets.size, image_size_max);
    EXPECT_NE(sets.mxcsr_mask & initial::mxcsr, 0U);
}

TEST(Pattern, NamesItsOwnerFromEveryLane)
{
    const RegisterSets sets = big_sets();
    for (const std::uint64_t epoch : {7ULL, 8ULL, 0x100000003ULL}) {
        std::array<std::byte, image_size_max> image{};
        fill(Image(image), sets, {70000, true, epoch});
        std::set<std::string> names;
        std::size_t lanes = 0;
        for (std::size_t offset = 0; offset < image.size(); offset += lane_size) {
            const auto tag = read_tag(ConstImage(image).subspan(offset, lane_size));
            if (!tag)
                continue;
            ++lanes;
            EXPECT_EQ(tag->thread, 70000U);
            EXPECT_TRUE(tag->handler);
            EXPECT_EQ(tag->epoch, static_cast<std::uint32_t>(epoch));
            names.insert(tag->register_name());
        }
        EXPECT_EQ(lanes, 16U * 4 + 16 * 4);
        EXPECT_EQ(names.size(), 16U * 3 + 16);
        for (unsigned number = 0; number < 8; ++number) {
            const auto k = read_tag(ConstImage(image).subspan(sets.opmask + number * 8, 8));
            ASSERT_TRUE(k);
            EXPECT_EQ(k->register_name(), "k" + std::to_string(number));
            EXPECT_EQ(k->thread, 70000U % tag_threads);
            const auto st = read_tag(ConstImage(image).subspan(place::st + number * 16, 10));
            ASSERT_TRUE(st);
            EXPECT_EQ(st->register_name(), "st" + std::to_string(number));
            EXPECT_EQ(st->thread, 70000U % tag_threads);
            EXPECT_TRUE(st->handler);
        }
    }
}

TEST(Pattern, IsNothingThatComesByItself)
{
    std::array<std::byte, lane_size> value{};
    EXPECT_FALSE(read_tag(value));
    value.fill(std::byte{0xff});
    EXPECT_FALSE(read_tag(value));
    EXPECT_FALSE(read_tag(ConstImage(value).first(8)));
    EXPECT_FALSE(read_tag(ConstImage(value).first(10)));
    EXPECT_FALSE(read_tag(ConstImage(value).first(3)));
    // One bit off.
    std::array<std::byte, image_size_max> image{};
    fill(Image(image), big_sets(), {1, false, 2});
    image[place::xmm + 9] ^= std::byte{1};
    EXPECT_FALSE(read_tag(ConstImage(image).subspan(place::xmm, lane_size)));
}

TEST(Pattern, IsLegal)
{
    std::set<std::uint32_t> mxcsrs;
    std::set<std::uint32_t> fcws;
    for (std::uint64_t epoch = 0; epoch < 2000; ++epoch) {
        const Author author{3, false, epoch};
        const std::uint32_t mxcsr = mxcsr_of(author, 0xffbf);
        EXPECT_EQ(mxcsr & ~0xffbfU, 0U);
        EXPECT_EQ(mxcsr & initial::mxcsr, initial::mxcsr) << "an exception is not masked";
        EXPECT_NE(mxcsr, initial::mxcsr);
        mxcsrs.insert(mxcsr);
        const std::uint32_t fcw = fcw_of(author);
        EXPECT_EQ(fcw & 0x7fU, 0x7fU);
        EXPECT_NE(fcw & 0x300U, 0x100U) << "reserved precision";
        EXPECT_NE(fcw, initial::fcw);
        fcws.insert(fcw);
        std::array<std::byte, image_size_max> image{};
        fill(Image(image), big_sets(), author);
        for (unsigned number = 0; number < 8; ++number) {
            const auto *const st = image.data() + place::st + number * 16;
            EXPECT_NE(st[7] & std::byte{0x80}, std::byte{0}) << "not normal";
            EXPECT_NE(st[9] & std::byte{0x7f}, std::byte{0x7f});
            EXPECT_NE(st[9] & std::byte{0x7f}, std::byte{0});
        }
    }
    EXPECT_GT(mxcsrs.size(), 100U);
    EXPECT_EQ(fcws.size(), 11U); // all but the initial one
}

TEST_F(Images, DoNotDifferWhereNoRegisterIs)
{
    EXPECT_TRUE(same(expected_, actual_, sets_));
    EXPECT_TRUE(differences().empty());
    put(6, std::vector<std::byte>(18, std::byte{0xaa})); // the last x87 instruction
    put(place::mxcsr_mask, std::vector<std::byte>(4, std::byte{0xaa}));
    put(place::st + 10, std::vector<std::byte>(6, std::byte{0xaa}));
    put(416, std::vector<std::byte>(96, std::byte{0xaa}));
    put(520, std::vector<std::byte>(56, std::byte{0xaa}));
    put(2688, std::vector<std::byte>(64, std::byte{0xaa}));
    EXPECT_TRUE(same(expected_, actual_, sets_));
    EXPECT_TRUE(differences().empty());
}

TEST_F(Images, NameTheNarrowestRegister)
{
    put(place::xmm + 3 * 16 + 15, {std::byte{0x55}});
    EXPECT_EQ(one().first, "xmm3");
    EXPECT_EQ(differences()[0].actual.size(), 16U);
    put(sets_.ymm + 3 * 16, {std::byte{0x55}});
    EXPECT_EQ(one().first, "ymm3");
    EXPECT_EQ(differences()[0].actual.size(), 32U);
    put(sets_.zmm_high + 3 * 32 + 31, {std::byte{0x55}});
    EXPECT_EQ(one().first, "zmm3");
    const Difference whole = differences()[0];
    EXPECT_EQ(whole.actual.size(), 64U);
    EXPECT_EQ(whole.actual[15], 0x55);
    EXPECT_EQ(whole.actual[16], 0x55);
    EXPECT_EQ(whole.actual[63], 0x55);
    actual_ = expected_;
    put(sets_.zmm_high + 15 * 32, {std::byte{0x55}});
    EXPECT_EQ(one().first, "zmm15");
    actual_ = expected_;
    put(sets_.hi16_zmm + 64, {std::byte{0x55}});
    EXPECT_EQ(one().first, "zmm17");
}

TEST_F(Images, NameWhatIsNoVector)
{
    const auto name_at = [&](std::size_t offset) {
        actual_ = expected_;
        actual_.at(offset) ^= std::byte{1};
        return one().first;
    };
    EXPECT_EQ(name_at(place::fcw), "fcw");
    EXPECT_EQ(name_at(place::fsw), "fsw");
    EXPECT_EQ(name_at(place::ftw), "ftw");
    EXPECT_EQ(name_at(place::mxcsr), "mxcsr");
    EXPECT_EQ(name_at(place::st + 16 * 7 + 9), "st7");
    EXPECT_EQ(name_at(sets_.opmask + 8), "k1");
}

TEST_F(Images, NameTheOwner)
{
    put(place::xmm + 48, bytes_of({0, false, 77}, place::xmm + 80, 16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "xmm5 of exerciser 0, epoch 77"));
    put(place::xmm + 48, bytes_of(self_, place::xmm + 80, 16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "xmm5 of the same exerciser"));
    put(place::xmm + 48, bytes_of({1, false, 997}, place::xmm + 48, 16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "its own value of 3 epochs before"));
    put(place::xmm + 48, bytes_of({1, false, 999}, place::xmm, 16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "xmm0 of the same exerciser of 1 epoch before"));
    put(place::xmm + 48, bytes_of({1, true, 1000}, place::xmm + 48, 16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "xmm3 of its own signal handler"));
    put(place::xmm + 48, bytes_of({4, true, 1000}, place::xmm + 48, 16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "xmm3 of the signal handler of exerciser 4"));
    put(place::xmm + 48, std::vector<std::byte>(16, std::byte{0x41}));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", ""));
    put(place::xmm + 48, std::vector<std::byte>(16));
    EXPECT_EQ(one(), RegisterAndOwner("xmm3", "the initial state"));
    actual_ = expected_;
    put(sets_.ymm + 48, std::vector<std::byte>(16));
    EXPECT_EQ(one(), RegisterAndOwner("ymm3", "the initial state"));
    put(sets_.ymm + 48, bytes_of({2, false, 5}, sets_.hi16_zmm + 16, 16));
    EXPECT_EQ(one(), RegisterAndOwner("ymm3", "zmm16 of exerciser 2, epoch 5"));
    actual_ = expected_;
    put(sets_.opmask + 8, bytes_of({2, false, 6}, sets_.opmask + 16, 8));
    EXPECT_EQ(one(), RegisterAndOwner("k1", "k2 of exerciser 2, epoch 6"));
    actual_ = expected_;
    put(place::st, bytes_of({1, false, 990}, place::st, 10));
    EXPECT_EQ(one(), RegisterAndOwner("st0", "its own value of 10 epochs before"));
    actual_ = expected_;
    put(place::mxcsr, bytes_of({1, false, 999}, place::mxcsr, 4));
    EXPECT_EQ(one(), RegisterAndOwner("mxcsr", "its own value of 1 epoch before"));
    put(place::mxcsr, {std::byte{0x80}, std::byte{0x1f}, std::byte{0}, std::byte{0}});
    EXPECT_EQ(one(), RegisterAndOwner("mxcsr", "the initial state"));
    actual_ = expected_;
    put(place::fcw, {std::byte{0x7f}, std::byte{0x03}});
    EXPECT_EQ(one(), RegisterAndOwner("fcw", "the initial state"));
}

TEST_F(Images, SettleWhatWasNotWritten)
{
    // Whatever lies there is from before.
    const std::uint64_t present = component::x87 | component::sse;
    std::memcpy(actual_.data() + place::xstate_bv, &present, sizeof(present));
    settle(Image(actual_), sets_);
    auto all = differences();
    EXPECT_EQ(all.size(), 32U + 8);
    for (const Difference &difference : all)
        EXPECT_EQ(owner_of(difference, self_, sets_), "the initial state") << difference.name;
    EXPECT_EQ(all[0].name, "zmm0");

    actual_ = expected_;
    const std::uint64_t without_x87 = sets_.mask & ~component::x87;
    std::memcpy(actual_.data() + place::xstate_bv, &without_x87, sizeof(without_x87));
    settle(Image(actual_), sets_);
    std::set<std::string> names;
    for (const Difference &difference : differences()) {
        names.insert(difference.name);
        EXPECT_EQ(owner_of(difference, self_, sets_), "the initial state") << difference.name;
    }
    EXPECT_EQ(names, (std::set<std::string>{"st0", "st1", "st2", "st3", "st4", "st5", "st6",
                                            "st7", "fcw", "fsw", "ftw"}));

    // FXSAVE writes everything, and says nothing.
    actual_ = expected_;
    std::memset(actual_.data() + place::xstate_bv, 0, 8);
    RegisterSets legacy = sets_;
    legacy.mask = 0;
    settle(Image(actual_), legacy);
    EXPECT_TRUE(same(expected_, actual_, sets_));
}

TEST(Pattern, OfNarrowMasksFitsThem)
{
    CpuFacts facts = big_cpu();
    facts.avx512bw = false;
    const RegisterSets sets = make_register_sets(facts);
    std::array<std::byte, image_size_max> image{};
    fill(Image(image), sets, {1, false, 3});
    for (unsigned number = 0; number < 8; ++number) {
        std::uint64_t value = 0;
        std::memcpy(&value, image.data() + sets.opmask + number * 8, sizeof(value));
        EXPECT_NE(value, 0U);
        EXPECT_LT(value, 0x10000U);
    }
}

} // namespace ct::test
