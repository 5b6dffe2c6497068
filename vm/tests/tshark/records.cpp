// SPDX-License-Identifier: GPL-2.0-or-later
// The capture that `cryptorture report --pcapng` makes of a run with records of all kinds, and
// of each packet what its readers should say of it.
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "artifact/saved_run.h"
#include "session/record_capture.h"
#include "tests/faults.h"
#include "text/line.h"

namespace {

using namespace ct;
using namespace ct::test;

// A block that became another one, under an ICV of what came out.
Mismatch wrong_block(const Packet &packet, Direction direction)
{
    Mismatch record =
        record_of(packet, direction, faulty(packet, direction, {{1, 3, [](const Block &) {
                                                                     return Block{1, 2, 3};
                                                                 }}}));
    record.driver = "some-driver";
    return record;
}

void say(const Mismatch &record, const Packet &packet, std::uint64_t frame, bool right)
{
    const bool esn = packet.vector().header.esn;
    const bool none = packet.vector().icv_len == 0;
    const unsigned comments = 2 + (record.blocks.empty() ? 0U : 1U) +
                              (packet.vector().bare ? 1U : 0U) + (esn ? 1U : 0U) +
                              (none ? 1U : 0U);
    fmt::print("{{\"frame\": {}, \"name\": \"{}\", \"esn\": {}, \"icv\": {}, "
               "\"comments\": {}, \"trailer\": {}}}\n",
               frame, mismatch_line(record), esn,
               none    ? "null"
               : right ? "true"
                       : "false",
               comments, !packet.vector().bare);
}

} // namespace

// FILE: a capture; the folder for Wireshark is FILE.wireshark.
int main(int count, char **words)
{
    if (count != 2)
        return 2;
    SavedRun run;
    Random random(1);
    std::uint64_t frame = 0;
    for (const char *const algorithm :
         {"rfc4106(gcm(aes))", "gcm(aes)", "cbc(aes)", "authenc(hmac(sha1),cbc(aes))",
          "authenc(hmac(sha256),cbc(aes))", "authenc(hmac(sha512),cbc(aes))",
          "authencesn(hmac(sha1),cbc(aes))", "authencesn(hmac(sha256),cbc(aes))",
          "authencesn(hmac(sha512),cbc(aes))", "seqiv(rfc4106(gcm(aes)))",
          "echainiv(authenc(hmac(sha256),cbc(aes)))"})
        for (unsigned number = 0; number < 6; ++number)
            for (const Direction direction : {Direction::Encrypt, Direction::Decrypt}) {
                const Packet packet = some_packet(algorithm, random, 6);
                Mismatch record = wrong_block(packet, direction);
                record.number = run.records.size() + 1;
                run.records.push_back(record);
                for (unsigned image = 0; image < 2; ++image)
                    say(record, packet, ++frame, true);
            }
    const auto capture = write_record_capture(run, words[1], "of a test");
    if (!capture) {
        fmt::print(stderr, "records: {}\n", capture.error().sentence());
        return 2;
    }
    if (capture->packets == frame)
        return 0;
    fmt::print(stderr, "records: {} packets, not {}: {}\n", capture->packets, frame,
               capture->left_out.empty() ? "" : capture->left_out.front());
    return 2;
}
