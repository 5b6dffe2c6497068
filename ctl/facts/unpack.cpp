// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/unpack.h"

#include <array>
#include <cstdint>
#include <memory>

#define ZLIB_CONST // its input is
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace ct {

namespace {

constexpr std::uint64_t decoder_memory_max = 128UL << 20U;
using Buffer = std::array<char, 16384>;

struct FreeZstd {
    void operator()(ZSTD_DStream *stream) const { ZSTD_freeDStream(stream); }
};

} // namespace

std::string unpacked_gz(const std::string &packed, std::size_t max)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (inflateInit2(&stream, gzip_window) != Z_OK)
        return {};
    stream.next_in = reinterpret_cast<const Bytef *>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string content;
    Buffer buffer{};
    int status = Z_OK;
    while (status == Z_OK && content.size() < max) {
        stream.next_out = reinterpret_cast<Bytef *>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        status = inflate(&stream, Z_NO_FLUSH);
        content.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    return content;
}

std::string unpacked_xz(const std::string &packed, std::size_t max)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, decoder_memory_max, 0) != LZMA_OK)
        return {};
    stream.next_in = reinterpret_cast<const std::uint8_t *>(packed.data());
    stream.avail_in = packed.size();
    std::string content;
    Buffer buffer{};
    lzma_ret status = LZMA_OK;
    while (status == LZMA_OK && content.size() < max) {
        stream.next_out = reinterpret_cast<std::uint8_t *>(buffer.data());
        stream.avail_out = buffer.size();
        status = lzma_code(&stream, LZMA_FINISH);
        content.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    lzma_end(&stream);
    return content;
}

std::string unpacked_zst(const std::string &packed, std::size_t max)
{
    const std::unique_ptr<ZSTD_DStream, FreeZstd> stream(ZSTD_createDStream());
    if (!stream)
        return {};
    ZSTD_inBuffer from{packed.data(), packed.size(), 0};
    std::string content;
    Buffer buffer{};
    // A full buffer may not have been all that there was.
    for (bool more = true; more && content.size() < max;) {
        ZSTD_outBuffer to{buffer.data(), buffer.size(), 0};
        const std::size_t status = ZSTD_decompressStream(stream.get(), &to, &from);
        content.append(buffer.data(), to.pos);
        more = ZSTD_isError(status) == 0 && status != 0 &&
               (from.pos < from.size || to.pos == to.size);
    }
    return content;
}

std::string unpacked_file(const std::string &name, std::string content, std::size_t max)
{
    if (name.ends_with(".gz"))
        return unpacked_gz(content, max);
    if (name.ends_with(".xz"))
        return unpacked_xz(content, max);
    if (name.ends_with(".zst"))
        return unpacked_zst(content, max);
    return content;
}

} // namespace ct
