// SPDX-License-Identifier: GPL-2.0-or-later
// Which drivers SAs could have, what has to be made and raised for one of them, and what is
// left to do after a process that was killed.
#include "xfrm/choice.h"
#include "xfrm/priority_note.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "machines.h"

namespace ct::test {

namespace {

struct Entry {
    const char *algorithm;
    const char *driver;
    unsigned priority;
    const char *type = "aead";
    unsigned references = 1;
    bool internal = false;
};

Drivers crypto_of(const std::vector<Entry> &entries)
{
    Drivers drivers;
    drivers.known = true;
    for (const Entry &entry : entries) {
        Registered registered;
        registered.algorithm = entry.algorithm;
        registered.driver = entry.driver;
        registered.priority = entry.priority;
        registered.type = entry.type;
        registered.references = entry.references;
        registered.internal = entry.internal;
        drivers.registered.push_back(registered);
    }
    return drivers;
}

// As 6.1 has it on a CPU with AES-NI.
std::vector<Entry> entries_of_6_1()
{
    return {{"sha256", "sha256-ni", 250, "shash"},
            {"sha256", "sha256-generic", 100, "shash"},
            {"ghash", "ghash-clmulni", 400, "ahash"},
            {"__ghash", "__ghash-pclmulqdqni", 0, "shash", 1, true},
            {"gcm(aes)", "generic-gcm-aesni", 400},
            {"rfc4106(gcm(aes))", "rfc4106-gcm-aesni", 400},
            {"__rfc4106(gcm(aes))", "__rfc4106-gcm-aesni", 400, "aead", 1, true},
            {"ctr(aes)", "ctr-aes-aesni", 400, "skcipher"},
            {"cbc(aes)", "cbc-aes-aesni", 400, "skcipher"},
            {"aes", "aes-aesni", 300, "cipher"},
            {"aes", "aes-generic", 100, "cipher"}};
}

SaKeys keys_of(Suite suite, bool esn = false)
{
    SaKeys keys;
    keys.suite = suite;
    keys.esn = esn;
    return keys;
}

using Names = std::vector<std::string>;

} // namespace

TEST(SaDriver, NamesAreThoseOfEsp)
{
    EXPECT_EQ(generator_algorithm(keys_of(Suite::Gcm)), "seqiv(rfc4106(gcm(aes)))");
    EXPECT_EQ(generator_algorithm(keys_of(Suite::CbcSha256, true)),
              "echainiv(authencesn(hmac(sha256),cbc(aes)))");
    EXPECT_EQ(generator_of(keys_of(Suite::Gcm), "rfc4106-gcm-aesni"),
              "seqiv(rfc4106-gcm-aesni)");
}

TEST(SaDriver, AreMadeOfThePartsThatAreThere)
{
    const Drivers drivers = crypto_of(entries_of_6_1());
    EXPECT_EQ(possible_drivers(drivers, keys_of(Suite::Gcm)),
              (Names{"rfc4106-gcm-aesni", "rfc4106(generic-gcm-aesni)",
                     "rfc4106(gcm_base(ctr-aes-aesni,ghash-clmulni))",
                     "rfc4106(gcm_base(ctr(aes-aesni),ghash-clmulni))",
                     "rfc4106(gcm_base(ctr(aes-generic),ghash-clmulni))"}));
    EXPECT_EQ(possible_drivers(drivers, keys_of(Suite::CbcSha256)),
              (Names{"authenc(hmac(sha256-ni),cbc-aes-aesni)",
                     "authenc(hmac(sha256-generic),cbc-aes-aesni)",
                     "authenc(hmac(sha256-ni),cbc(aes-aesni))",
                     "authenc(hmac(sha256-generic),cbc(aes-aesni))",
                     "authenc(hmac(sha256-ni),cbc(aes-generic))",
                     "authenc(hmac(sha256-generic),cbc(aes-generic))"}));
    EXPECT_EQ(possible_drivers(drivers, keys_of(Suite::CbcSha256, true)).front(),
              "authencesn(hmac(sha256-ni),cbc-aes-aesni)");
    EXPECT_TRUE(possible_drivers(drivers, keys_of(Suite::CbcSha512)).empty());
}

TEST(SaDriver, AreNamedAsNewerKernelsDo)
{
    auto entries = entries_of_6_1();
    std::erase_if(entries, [](const Entry &entry) {
        return std::string_view(entry.algorithm) == "ghash";
    });
    entries.push_back({"hmac(sha256)", "hmac-sha256-generic", 300, "shash"});
    const Drivers drivers = crypto_of(entries);
    const Names gcm = possible_drivers(drivers, keys_of(Suite::Gcm));
    EXPECT_EQ(
        std::count(gcm.begin(), gcm.end(), "rfc4106(gcm_base(ctr(aes-generic),ghash-lib))"), 1);
    const Names cbc = possible_drivers(drivers, keys_of(Suite::CbcSha256));
    EXPECT_EQ(cbc.front(), "authenc(hmac-sha256-generic,cbc-aes-aesni)");
    EXPECT_EQ(std::count(cbc.begin(), cbc.end(), "authenc(hmac(sha256-ni),cbc(aes-generic))"),
              1);
    // The kernel's own hmac-X is what hmac(X) would be.
    for (const std::string &name : cbc)
        EXPECT_EQ(name.find("hmac(sha256-generic)"), std::string::npos) << name;
}

TEST(SaDriver, LeavesOutWhatNobodyCanBeGiven)
{
    auto entries = entries_of_6_1();
    entries.push_back({"rfc4106(gcm(aes))", "rfc4106-being-made", 900, "larval"});
    entries.push_back({"rfc4106(gcm(aes))",
                       "a-name-so-long-that-crypto-user-does-not-take-it-with-seqiv", 900});
    Drivers drivers = crypto_of(entries);
    Registered failed;
    failed.algorithm = "rfc4106(gcm(aes))";
    failed.driver = "rfc4106-failed";
    failed.tested = false;
    drivers.registered.push_back(failed);
    for (const std::string &name : possible_drivers(drivers, keys_of(Suite::Gcm))) {
        EXPECT_EQ(name.find("failed"), std::string::npos) << name;
        EXPECT_EQ(name.find("long"), std::string::npos) << name;
        EXPECT_EQ(name.find("being-made"), std::string::npos) << name;
        EXPECT_EQ(name.find("__"), std::string::npos) << name;
    }
}

TEST(SaDriver, AlgorithmFollowsFromTheParts)
{
    const Drivers drivers = crypto_of(entries_of_6_1());
    const std::pair<const char *, const char *> known[] = {
        {"rfc4106-gcm-aesni", "rfc4106(gcm(aes))"},
        {"rfc4106(gcm_base(ctr(aes-generic),ghash-clmulni))", "rfc4106(gcm(aes))"},
        {"rfc4106(gcm_base(ctr(aes-generic),ghash-lib))", "rfc4106(gcm(aes))"},
        {"authencesn(hmac(sha256-ni),cbc(ecb(aes-aesni)))",
         "authencesn(hmac(sha256),cbc(aes))"},
        {"pcrypt(rfc4106-gcm-aesni)", "rfc4106(gcm(aes))"},
        {"gcm_base(ctr-aes-aesni,ghash-clmulni)", "gcm(aes)"},
    };
    for (const auto &[driver, algorithm] : known)
        EXPECT_EQ(algorithm_of(drivers, driver), algorithm) << driver;
    for (const char *const unknown :
         {"", "x", "x()", "x(", "rfc4106(gcm-of-somebody)", "gcm_base(cbc-aes-aesni,x)",
          "authenc(hmac(sha256-ni),cbc-aes-aesni", "authenc(hmac(sha256-ni),,cbc-aes-aesni)",
          "(aes-generic)", "cbc(aes-generic))", "cbc(aes-generic)(aes-generic)"})
        EXPECT_FALSE(algorithm_of(drivers, unknown)) << unknown;
}

TEST(SaDriver, PrioritiesAreThoseOfTheTemplates)
{
    const Drivers drivers = crypto_of(entries_of_6_1());
    EXPECT_EQ(priority_of(drivers, "authenc(hmac(sha256-ni),cbc-aes-aesni)"), 4250U);
    EXPECT_EQ(priority_of(drivers, "gcm_base(ctr(aes-generic),ghash-clmulni)"), 250U);
    EXPECT_EQ(priority_of(drivers, "gcm_base(ctr-aes-aesni,ghash-lib)"), 400U);
    EXPECT_EQ(priority_of(drivers, "pcrypt(rfc4106-gcm-aesni)"), 500U);
    EXPECT_FALSE(priority_of(drivers, "hmac(sha3)"));
}

TEST(SaDriver, PartsAreMadeFromTheInside)
{
    auto entries = entries_of_6_1();
    const std::string driver = "authenc(hmac(sha256-ni),cbc(aes-generic))";
    EXPECT_EQ(missing_instances(crypto_of(entries), driver),
              (Names{"hmac(sha256-ni)", "cbc(aes-generic)", driver}));
    entries.push_back({"hmac(sha256)", "hmac(sha256-ni)", 250, "shash"});
    EXPECT_EQ(missing_instances(crypto_of(entries), driver),
              (Names{"cbc(aes-generic)", driver}));
    EXPECT_TRUE(missing_instances(crypto_of(entries), "rfc4106-gcm-aesni").empty());
}

TEST(SaDriver, NewInstancesAreNobodysDefault)
{
    auto entries = entries_of_6_1();
    // As good as the best: the newest of these would be what others get.
    entries.push_back({"rfc4106(gcm(aes))", "rfc4106(generic-gcm-aesni)", 400});
    EXPECT_EQ(quiet_priority(crypto_of(entries), "rfc4106(generic-gcm-aesni)"), 399U);
    entries.back().priority = 100;
    EXPECT_FALSE(quiet_priority(crypto_of(entries), "rfc4106(generic-gcm-aesni)"));
    // The only one of its kind may be what it is.
    entries.push_back({"hmac(sha256)", "hmac(sha256-ni)", 250, "shash"});
    EXPECT_FALSE(quiet_priority(crypto_of(entries), "hmac(sha256-ni)"));
    EXPECT_FALSE(quiet_priority(crypto_of(entries), "not there"));
}

TEST(SaDriver, IsRaisedAboveAllOthersOfItsAlgorithm)
{
    const std::string best = "seqiv(rfc4106-gcm-aesni)";
    const std::string other = "seqiv(rfc4106(gcm_base(ctr(aes-generic),ghash-clmulni)))";
    std::vector<Entry> entries{{"seqiv(rfc4106(gcm(aes)))", best.c_str(), 400},
                               {"seqiv(rfc4106(gcm(aes)))", other.c_str(), 250},
                               {"echainiv(x)", "echainiv(x)", 4000}};
    EXPECT_EQ(raised_priority(crypto_of(entries), other), 401U);
    EXPECT_FALSE(raised_priority(crypto_of(entries), best));
    entries[1].priority = 400;
    EXPECT_EQ(raised_priority(crypto_of(entries), best), 401U);
    entries[1].priority = 2147483647;
    EXPECT_EQ(raised_priority(crypto_of(entries), best), 2147483647U);
}

TEST(SaDriver, IsKnownByItsReferences)
{
    const SaKeys keys = keys_of(Suite::Gcm);
    std::vector<Entry> entries{
        {"seqiv(rfc4106(gcm(aes)))", "seqiv(rfc4106-gcm-aesni)", 400, "aead", 2},
        {"rfc4106(gcm(aes))", "rfc4106-gcm-aesni", 400, "aead", 2},
        {"rfc4106(gcm(aes))", "rfc4106(generic-gcm-aesni)", 399},
        {"echainiv(authenc(hmac(sha1),cbc(aes)))", "echainiv(x)", 4000, "aead", 1}};
    const Drivers before = crypto_of(entries);
    EXPECT_TRUE(more_used(before, before, keys).empty());
    // One that is new has a reference of its own.
    entries.push_back(
        {"seqiv(rfc4106(gcm(aes)))", "seqiv(rfc4106(generic-gcm-aesni))", 399, "aead", 2});
    entries[2].references = 2;
    entries[3].references = 2; // others' business
    EXPECT_EQ(more_used(before, crypto_of(entries), keys), Names{"rfc4106(generic-gcm-aesni)"});
    entries[0].references = 3;
    EXPECT_EQ(more_used(before, crypto_of(entries), keys).size(), 2U);
    // The generator has left the list since.
    entries.pop_back();
    entries[0].references = 2;
    EXPECT_EQ(more_used(before, crypto_of(entries), keys), Names{"rfc4106(generic-gcm-aesni)"});
}

TEST(PriorityNote, TellsWhatWasChanged)
{
    const Tree tree;
    const std::string path = tree.root() + "/note";
    EXPECT_FALSE(PriorityNote::exists(path));
    {
        auto note = PriorityNote::take(path, 0, "cannot test");
        ASSERT_TRUE(note) << note.error().sentence();
        EXPECT_TRUE(note->lines()->empty());
        ASSERT_TRUE(note->add({PriorityLine::Kind::Made, "hmac(sha256-ni)", 0}));
        ASSERT_TRUE(note->add({PriorityLine::Kind::Priority, "seqiv(a,b)", 250}));
        // As long as it works nobody else gets it.
        const auto second = PriorityNote::take(path, 0, "cannot test");
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::Busy);
        struct stat status {};
        ASSERT_EQ(stat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777U, 0600U);
    }
    // Killed: the next one reads it.
    ASSERT_TRUE(PriorityNote::exists(path));
    auto next = PriorityNote::take(path, 0, "cannot test");
    ASSERT_TRUE(next);
    const auto lines = next->lines();
    ASSERT_TRUE(lines);
    EXPECT_EQ(*lines,
              (std::vector<PriorityLine>{{PriorityLine::Kind::Made, "hmac(sha256-ni)", 0},
                                         {PriorityLine::Kind::Priority, "seqiv(a,b)", 250}}));
    next->remove();
    EXPECT_FALSE(PriorityNote::exists(path));
}

TEST(PriorityNote, BelievesWholeLinesAlone)
{
    EXPECT_EQ(read_priority_lines("priority 4250 echainiv(x)\npriority 12 seqiv"),
              (std::vector<PriorityLine>{{PriorityLine::Kind::Priority, "echainiv(x)", 4250}}));
    for (const char *const text :
         {"", "\n", "made \n", "priority\n", "priority x y\n", "priority 7\n", "priority 7 \n",
          "priority 99999999999 y\n", "priority -1 y\n", "something else\n"})
        EXPECT_TRUE(read_priority_lines(text).empty()) << text;
}

TEST(PriorityNote, SaysWhereItCannotBe)
{
    const auto note = PriorityNote::take("/nonexistent/note", 0, "cannot test");
    ASSERT_FALSE(note);
    EXPECT_EQ(note.error().what, "cannot test");
    EXPECT_NE(note.error().why.find("/nonexistent/note"), std::string::npos);
    // Nobody makes it write elsewhere.
    const Tree tree;
    const std::string path = tree.root() + "/note";
    std::ofstream(tree.root() + "/other") << "x";
    std::filesystem::create_symlink(tree.root() + "/other", path);
    EXPECT_FALSE(PriorityNote::take(path, 0, "cannot test"));
}

} // namespace ct::test
