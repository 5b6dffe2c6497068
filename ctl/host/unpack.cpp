// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/unpack.h"

#include <array>
#include <cstdint>

#include <lzma.h>

namespace ct {

namespace {

// Some ten times what the module has, with debug information.
constexpr std::size_t module_max = 64UL << 20U;
constexpr std::uint64_t decoder_memory_max = 128UL << 20U;

} // namespace

std::string unpacked_xz(const std::string &packed)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, decoder_memory_max, 0) != LZMA_OK)
        return {};
    stream.next_in = reinterpret_cast<const std::uint8_t *>(packed.data());
    stream.avail_in = packed.size();
    std::string content;
    std::array<std::uint8_t, 16384> buffer{};
    lzma_ret status = LZMA_OK;
    while (status == LZMA_OK && content.size() < module_max) {
        stream.next_out = buffer.data();
        stream.avail_out = buffer.size();
        status = lzma_code(&stream, LZMA_FINISH);
        content.append(reinterpret_cast<const char *>(buffer.data()),
                       buffer.size() - stream.avail_out);
    }
    lzma_end(&stream);
    return content;
}

} // namespace ct
