// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/refusal.h"

#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>
#include <linux/cryptorture.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "messages.h"

namespace ct::test {

namespace {

constexpr std::size_t message_headers = NLMSG_HDRLEN + GENL_HDRLEN;

// A request as it is sent: both headers, then the attributes.
std::vector<std::byte> request(unsigned command, const Attributes &attributes)
{
    std::vector<std::byte> bytes(message_headers);
    const auto length = static_cast<std::uint32_t>(message_headers + attributes.bytes().size());
    std::memcpy(bytes.data(), &length, sizeof(length));
    bytes[NLMSG_HDRLEN] = static_cast<std::byte>(command);
    bytes.insert(bytes.end(), attributes.bytes().begin(), attributes.bytes().end());
    return bytes;
}

// A request for a run with these parameters.
Attributes start(const Attributes &config)
{
    return Attributes()
        .u32(CRYPTORTURE_A_JOB_KIND, CRYPTORTURE_JOB_KIND_START)
        .nest(CRYPTORTURE_A_JOB_CONFIG, config);
}

// In such a request, of something in the nest.
constexpr std::size_t in_nest = NLA_HDRLEN + sizeof(std::uint32_t) + NLA_HDRLEN;

// Where the attribute with that text or number begins.
std::size_t offset_of(const Attributes &attributes, int type)
{
    std::size_t offset = 0;
    (void)walk(attributes.bytes(), [&](const Attribute &attribute) {
        if (attribute.type == type)
            offset = attribute.offset + message_headers;
    });
    return offset;
}

Attributes acknowledgement(std::string_view text, std::optional<std::size_t> offset)
{
    Attributes result;
    result.text(NLMSGERR_ATTR_MSG, text);
    if (offset)
        result.u32(NLMSGERR_ATTR_OFFS, static_cast<std::uint32_t>(*offset));
    return result;
}

std::string sentence(int number, unsigned command, const Attributes &attributes,
                     std::string_view text, std::optional<std::size_t> offset)
{
    const auto refusal = read_refusal(number, acknowledgement(text, offset).bytes());
    return refusal_error(refusal, request(command, attributes), "cannot start a run")
        .sentence();
}

} // namespace

TEST(Refusal, NamesTheDriverInsideOfTheList)
{
    const auto config = config_message();
    // The second driver: behind the nest's header and the first one.
    const std::size_t second =
        in_nest + offset_of(config, CRYPTORTURE_A_CONFIG_DRIVERS) + NLA_HDRLEN + 4 + 16;
    EXPECT_EQ(sentence(ENOENT, CRYPTORTURE_CMD_JOB_START, start(config),
                       "unknown driver: see the list", second),
              "cannot start a run: driver \"cbc(aes-generic)\" is unknown; see the list");
    EXPECT_EQ(sentence(ENOENT, CRYPTORTURE_CMD_JOB_START, start(config),
                       "this driver is not on this machine (this CPU has no vpclmulqdq)",
                       second),
              "cannot start a run: driver \"cbc(aes-generic)\" is not on this machine (this "
              "CPU has no vpclmulqdq)");
    EXPECT_EQ(sentence(ENOENT, CRYPTORTURE_CMD_JOB_START, start(config),
                       "is not on this machine", second),
              "cannot start a run: driver \"cbc(aes-generic)\" is not on this machine");
}

TEST(Refusal, NamesTheOptionThatAnEarlierModuleDoesNotKnow)
{
    const auto config = config_message();
    const std::string install =
        "install the module of this program's release, and load it with "
        "'modprobe -r cryptorture && modprobe cryptorture'";
    for (const char *words : {"Unknown attribute type", "Unsupported attribute"})
        EXPECT_EQ(
            sentence(EINVAL, CRYPTORTURE_CMD_JOB_START, start(config), words,
                     in_nest + offset_of(config, CRYPTORTURE_A_CONFIG_SIZES)),
            "cannot start a run: the module does not know the option --sizes; leave it out, "
            "or " +
                install);
    EXPECT_EQ(sentence(EINVAL, CRYPTORTURE_CMD_MISMATCH_GET,
                       Attributes().u64(CRYPTORTURE_A_MISMATCH_NUMBER, 7),
                       "Unknown attribute type", message_headers),
              "cannot start a run: the module does not know \"record\" in this request; " +
                  install);
    EXPECT_EQ(sentence(EINVAL, CRYPTORTURE_CMD_MISMATCH_GET, Attributes().u32(9999, 7),
                       "Unknown attribute type", message_headers),
              "cannot start a run: the module does not know a part of this request; " +
                  install);
}

TEST(Refusal, NamesValuesAsTheyWereWritten)
{
    const auto config = config_message();
    const auto told = [&](int type) {
        return sentence(EINVAL, CRYPTORTURE_CMD_JOB_START, start(config), "out of bounds",
                        in_nest + offset_of(config, type));
    };
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_LOAD),
              "cannot start a run: load \"5%\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_DURATION_MS),
              "cannot start a run: duration \"30s\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_SEED),
              "cannot start a run: seed \"0x1122334455667788\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_CONTEXTS),
              "cannot start a run: contexts \"task,softirq\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_DISTURB),
              "cannot start a run: disturbers \"timer\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_CPUS),
              "cannot start a run: CPUs \"0-1\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_TIMER_HZ),
              "cannot start a run: timer rate \"4000\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_INJECT_EVERY),
              "cannot start a run: injection interval \"50000\": out of bounds");
    EXPECT_EQ(told(CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH),
              "cannot start a run: until-mismatch: out of bounds");
}

TEST(Refusal, LooksIntoEveryNest)
{
    const auto named = [](int nest, const Attributes &inner, std::size_t offset) {
        const auto culprit =
            find_culprit(request(CRYPTORTURE_CMD_JOB_START,
                                 Attributes().u32(CRYPTORTURE_A_JOB_KIND, 0).nest(nest, inner)),
                         offset);
        return culprit ? culprit->name + "=" + culprit->value : "";
    };
    const auto bench = Attributes()
                           .text(CRYPTORTURE_A_BENCH_DRIVER, "cbc-aes-aesni")
                           .u32(CRYPTORTURE_A_BENCH_PAYLOAD, 9001);
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_BENCH, bench,
                    in_nest + offset_of(bench, CRYPTORTURE_A_BENCH_PAYLOAD)),
              "size=9001");
    const auto packet = Attributes()
                            .text(CRYPTORTURE_A_MISMATCH_LAYOUT, "nonsense")
                            .u32(CRYPTORTURE_A_MISMATCH_CPU_BEFORE, 99);
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_PACKET, packet,
                    in_nest + offset_of(packet, CRYPTORTURE_A_MISMATCH_LAYOUT)),
              "layout=nonsense");
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_PACKET, packet,
                    in_nest + offset_of(packet, CRYPTORTURE_A_MISMATCH_CPU_BEFORE)),
              "CPU=99");
    // The nest itself, what has no name in it, and the kind.
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_CONFIG, config_message(), message_headers + 8),
              "parameters=");
    EXPECT_EQ(
        named(CRYPTORTURE_A_JOB_CONFIG, Attributes().u32(99, 1), message_headers + in_nest),
        "parameters=");
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_BENCH, bench, message_headers), "kind of work=0");
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_STATUS, bench, message_headers + in_nest), "");
    // The same number means something else in another nest, and elsewhere.
    EXPECT_EQ(named(CRYPTORTURE_A_JOB_CONFIG, config_message(), message_headers + in_nest),
              "duration=30s");
    const auto number = Attributes().u64(CRYPTORTURE_A_JOB_NUMBER, 7);
    EXPECT_EQ(find_culprit(request(CRYPTORTURE_CMD_JOB_GET, number), message_headers)->name,
              "job");
    EXPECT_EQ(find_culprit(request(CRYPTORTURE_CMD_JOB_CANCEL, number), message_headers)->value,
              "7");
}

TEST(Refusal, HasWordsForEveryErrno)
{
    for (int number = 1; number < 134; ++number) {
        const auto error = refusal_error(Refusal{number, "", {}}, {}, "cannot stop the run");
        EXPECT_FALSE(error.why.empty()) << number;
        EXPECT_FALSE(error.hint.empty()) << number;
    }
    const auto kind = [](int number, const char *text) {
        return refusal_error(Refusal{number, text, {}}, {}, "x").kind;
    };
    EXPECT_EQ(kind(EPERM, ""), ErrorKind::Permission);
    EXPECT_EQ(kind(EBUSY, ""), ErrorKind::Busy);
    EXPECT_EQ(kind(ESRCH, ""), ErrorKind::NotRunning);
    EXPECT_EQ(kind(ENOENT, ""), ErrorKind::NoModule);
    EXPECT_EQ(kind(EPROTONOSUPPORT, ""), ErrorKind::NoModule);
    EXPECT_EQ(kind(ENOENT, "no such record"), ErrorKind::NotFound);
    EXPECT_EQ(kind(EINTR, ""), ErrorKind::Again);
    EXPECT_EQ(kind(EINVAL, ""), ErrorKind::Refused);
}

TEST(Refusal, SplitsWhatToDoFromWhy)
{
    const auto error =
        refusal_error(Refusal{EBUSY, "a run is active already: 'cryptorture stop' ends it", {}},
                      {}, "cannot");
    EXPECT_EQ(error.why, "a run is active already");
    EXPECT_EQ(error.hint, "'cryptorture stop' ends it");
}

TEST(Refusal, TrustsNoOffset)
{
    const auto config = config_message();
    const auto whole = request(CRYPTORTURE_CMD_JOB_START, start(config));
    for (std::size_t offset = 0; offset < whole.size() + 100; ++offset)
        (void)find_culprit(whole, offset);
    EXPECT_FALSE(find_culprit(whole, 0));
    EXPECT_FALSE(find_culprit(whole, message_headers - 1));
    EXPECT_FALSE(find_culprit(whole, whole.size()));
    EXPECT_FALSE(find_culprit(whole, SIZE_MAX));
    EXPECT_FALSE(find_culprit({}, 0));
    // Of a command without attributes.
    EXPECT_FALSE(find_culprit(request(CRYPTORTURE_CMD_STATUS_GET, config), message_headers));
    for (std::size_t size = 0; size < whole.size(); ++size)
        (void)find_culprit(
            std::vector<std::byte>(whole.begin(), whole.begin() + static_cast<long>(size)),
            message_headers + 4);
}

TEST(Refusal, ReadsWhatItCanOfAnAcknowledgement)
{
    const auto whole = acknowledgement("no", 24);
    const std::vector<std::byte> bytes(whole.bytes().begin(), whole.bytes().end());
    const auto refusal = read_refusal(EINVAL, bytes);
    EXPECT_EQ(refusal.number, EINVAL);
    EXPECT_EQ(refusal.text, "no");
    EXPECT_EQ(refusal.offset, 24U);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const std::vector<std::byte> part(bytes.begin(),
                                          bytes.begin() + static_cast<long>(size));
        EXPECT_FALSE(read_refusal(EINVAL, part).offset) << size;
    }
    EXPECT_EQ(
        read_refusal(EINVAL, Attributes().raw(NLMSGERR_ATTR_MSG, {'a', 'b'}).bytes()).text,
        "ab");
    // A terminal must not be told to do things by a message.
    EXPECT_EQ(
        read_refusal(EINVAL, Attributes().text(NLMSGERR_ATTR_MSG, "a\033[2Jb").bytes()).text,
        "a\\x1b[2Jb");
}

} // namespace ct::test
