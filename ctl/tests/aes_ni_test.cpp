// SPDX-License-Identifier: GPL-2.0-or-later
// What doctor says where AES-NI is missing, blocked or cleared.
#include <gtest/gtest.h>

#include "visits.h"

namespace ct::test {

namespace {

// What is said of AES-NI on a machine without a driver that uses it.
const json *aes_ni_of(const json &object)
{
    return find(object, "this CPU has AES-NI, but no driver of its own");
}

} // namespace

TEST(Doctor, SaysWhyThereIsNoAesNi)
{
    const auto warning = [](const auto &change) {
        Tree tree;
        make_intel(tree);
        tree.crypto({"aes-generic"});
        change(tree);
        const json object = visit(tree).object;
        const json *const entry = aes_ni_of(object);
        if (entry == nullptr)
            return std::string("nothing");
        EXPECT_TRUE(contains(entry->at("meaning"), "AES-NI not tested")) << entry->dump();
        return entry->at("level").get<std::string>() + " " +
               entry->at("what").get<std::string>();
    };
    // The cure of those who had the corruption of 2014.
    EXPECT_TRUE(contains(warning([](Tree &tree) {
                             tree.file("/etc/modprobe.d/cure.conf",
                                       "# ESP\ninstall  aesni-intel   /bin/false\n");
                         }),
                         "\"install aesni-intel /bin/false\" in /etc/modprobe.d/cure.conf"));
    EXPECT_TRUE(contains(warning([](Tree &tree) {
                             tree.file("/proc/cmdline",
                                       "module_blacklist=floppy,aesni_intel\n");
                         }),
                         "warning this CPU has AES-NI, but no driver of its own: "
                         "module_blacklist="));
    EXPECT_TRUE(contains(warning([](Tree &tree) {
                             tree.file("/proc/crypto",
                                       "name : cbc(aes)\ndriver : cbc-aes-aesni\n"
                                       "selftest : unknown\n");
                         }),
                         "cbc-aes-aesni did not pass the kernel's own self-test"));
    EXPECT_TRUE(contains(
        warning([](Tree &tree) {
            tree.file("/dev/kmsg", "6,1,0,-;Linux version 6.12\n"
                                   "3,812,99,-;alg: skcipher: cbc-aes-aesni encryption test "
                                   "failed (wrong result) on test vector 0\n");
        }),
        "the kernel log says \"alg: skcipher: cbc-aes-aesni encryption test failed"));
    EXPECT_TRUE(contains(warning([](Tree &tree) {
                             tree.file("/boot/config-6.12.57+deb12-amd64",
                                       "CONFIG_MODULES=y\n");
                         }),
                         "built without CRYPTO_AES_NI_INTEL"));
    EXPECT_TRUE(contains(warning([](Tree &tree) {
                             tree.file("/lib/modules/6.12.57+deb12-amd64/modules.dep",
                                       "kernel/net/ipv4/esp4.ko:\n");
                         }),
                         "the module aesni-intel is not installed"));
}

TEST(Doctor, ReadsModprobesFilesAsModprobeDoes)
{
    Tree tree;
    make_intel(tree);
    tree.crypto({"aes-generic"});
    // A line that loads it in the end keeps nothing out, and of two files of one name the
    // first is read.
    tree.file("/etc/modprobe.d/a.conf", "install aesni_intel /sbin/modprobe -i aesni_intel\n")
        .file("/lib/modprobe.d/a.conf", "install aesni_intel /bin/true\n")
        .file("/lib/modprobe.d/a.conf.old", "install aesni_intel /bin/true\n");
    json object = visit(tree).object;
    ASSERT_NE(aes_ni_of(object), nullptr);
    EXPECT_TRUE(contains(aes_ni_of(object)->at("what"), "is loaded yet"));
    tree.file("/lib/modprobe.d/b.conf", "install aesni_intel /bin/true\n");
    object = visit(tree).object;
    EXPECT_TRUE(contains(aes_ni_of(object)->at("what"), "in /lib/modprobe.d/b.conf"));
}

TEST(Doctor, KnowsClearedFeatures)
{
    Tree tree;
    make_intel(tree);
    Tree::Cpu cpu;
    cpu.flags = "sse sse2 ssse3 xsave avx avx2";
    cpu.microcode.assign(2, "0xd0003f5");
    tree.cpus(cpu).crypto({"aes-generic"}).file("/proc/cmdline", "quiet clearcpuid=aes\n");
    Machine machine;
    const json object = visit(tree, machine, FakeCpuid("", 7, true)).object;
    const json *const entry = aes_ni_of(object);
    ASSERT_NE(entry, nullptr) << object.dump();
    EXPECT_EQ(entry->at("level"), "warning");
    EXPECT_TRUE(contains(entry->at("what"), "takes aes as absent (clearcpuid=aes)"));
    // A CPU without any lacks nothing.
    EXPECT_EQ(aes_ni_of(visit(tree, machine, FakeCpuid("", 7)).object), nullptr);
    // The library of 7.0 and later does not use what the kernel takes as absent.
    tree.crypto({"cbc-aes-lib"});
    EXPECT_EQ(aes_ni_of(visit(tree, machine, FakeCpuid("", 7, true)).object)->at("level"),
              "warning");
}

TEST(Doctor, WarnsOfNoAesNiOnlyWhereItIsMissing)
{
    Tree tree;
    make_intel(tree);
    tree.file("/etc/modprobe.d/cure.conf", "install aesni_intel /bin/false\n");
    EXPECT_EQ(aes_ni_of(visit(tree).object), nullptr); // it is loaded all the same
    tree.remove("/etc/modprobe.d").crypto({"aes-generic"});
    EXPECT_EQ(aes_ni_of(visit(tree).object)->at("level"), "note"); // a run loads it
    tree.file("/etc/modprobe.d/quiet.conf", "blacklist aesni_intel\n");
    EXPECT_NE(find(visit(tree).object, "aesni_intel is blacklisted and not loaded"), nullptr);

    // The module has searched, and found nothing.
    tree.remove("/etc/modprobe.d").loaded();
    Machine machine;
    for (Driver &driver : machine.drivers)
        driver.name = driver.algorithm + "-generic";
    json object = visit(tree, machine, FakeCpuid()).object;
    const json *const entry = aes_ni_of(object);
    ASSERT_NE(entry, nullptr) << object.dump();
    EXPECT_EQ(entry->at("level"), "warning");
    EXPECT_TRUE(contains(entry->at("what"), "why is not known"));

    // The -lib drivers of 7.0 and later use it by themselves.
    Tree newest;
    make_newest(newest);
    newest.crypto({"cbc-aes-lib"})
        .file("/etc/modprobe.d/cure.conf", "install aesni_intel /bin/false\n");
    object = visit(newest).object;
    EXPECT_EQ(aes_ni_of(object)->at("level"), "note");
}

} // namespace ct::test
