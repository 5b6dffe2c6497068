// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/pcapng.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "capture/sink.h"

namespace ct {

namespace {

constexpr std::uint32_t section_block = 0x0a0d0d0a;
constexpr std::uint32_t interface_block = 1;
constexpr std::uint32_t packet_block = 6;
constexpr std::uint32_t byte_order = 0x1a2b3c4d; // as this machine writes it
constexpr std::uint16_t link_raw = 101;          // IPv4 or IPv6
constexpr std::uint16_t option_comment = 1;
constexpr std::uint16_t option_program = 4;     // of a section
constexpr std::uint16_t option_name = 2;        // of an interface
constexpr std::uint16_t option_description = 3; // of an interface
constexpr std::uint16_t option_resolution = 9;  // of an interface's times
constexpr std::uint8_t nanoseconds = 9;

} // namespace

// One block: its parts are padded to 32 bits, its length stands at both ends.
class PcapngBlock {
public:
    void begin(std::uint32_t type)
    {
        bytes_.clear();
        number(type);
        number(std::uint32_t{0});
        options_ = false;
    }
    template <typename Number> void number(Number value)
    {
        const auto *const first = reinterpret_cast<const std::uint8_t *>(&value);
        bytes_.insert(bytes_.end(), first, first + sizeof(value));
    }
    void padded(PacketView data)
    {
        bytes_.insert(bytes_.end(), data.begin(), data.end());
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
    }
    void option(std::uint16_t code, PacketView value)
    {
        value = value.first(
            std::min<std::size_t>(value.size(), std::numeric_limits<std::uint16_t>::max()));
        number(code);
        number(static_cast<std::uint16_t>(value.size()));
        padded(value);
        options_ = true;
    }
    void option(std::uint16_t code, const std::string &text)
    {
        if (!text.empty())
            option(code, PacketView(reinterpret_cast<const std::uint8_t *>(text.data()),
                                    whole_letters(text)));
    }
    [[nodiscard]] PacketView end()
    {
        if (options_)
            number(std::uint32_t{0}); // end of options
        const auto size = static_cast<std::uint32_t>(bytes_.size() + sizeof(std::uint32_t));
        number(size);
        std::copy_n(bytes_.end() - sizeof(size), sizeof(size), bytes_.begin() + 4);
        return bytes_;
    }

private:
    // As much of UTF-8 text as an option has room for, without part of a letter.
    static std::size_t whole_letters(const std::string &text)
    {
        std::size_t size = text.size();
        if (size > std::numeric_limits<std::uint16_t>::max()) {
            size = std::numeric_limits<std::uint16_t>::max();
            while (size > 0 && (static_cast<std::uint8_t>(text[size]) & 0xc0U) == 0x80U)
                --size;
        }
        return size;
    }

    std::vector<std::uint8_t> bytes_;
    bool options_ = false;
};

struct Pcapng::State {
    explicit State(Sink into) : sink(std::move(into)) {}

    Sink sink;
    PcapngBlock block;
    unsigned interfaces = 0;
};

Pcapng::Pcapng(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pcapng::Pcapng(Pcapng &&) noexcept = default;
Pcapng &Pcapng::operator=(Pcapng &&) noexcept = default;

Pcapng::~Pcapng()
{
    // Who does not ask for errors still wants the file.
    if (state_ != nullptr)
        state_->sink.flush();
}

Result<Pcapng> Pcapng::create(const std::string &path, const std::string &program)
{
    auto sink = Sink::create(path);
    if (!sink)
        return Failure(sink.error());
    return into(std::move(*sink), program);
}

Pcapng Pcapng::into(Sink sink, const std::string &program)
{
    auto state = std::make_unique<State>(std::move(sink));
    PcapngBlock &block = state->block;
    block.begin(section_block);
    block.number(byte_order);
    block.number(std::uint16_t{1}); // version 1.0
    block.number(std::uint16_t{0});
    block.number(std::int64_t{-1}); // to the end of the file
    block.option(option_program, program);
    state->sink.add(block.end());
    return Pcapng(std::move(state));
}

unsigned Pcapng::interface(const std::string &name, const std::string &description)
{
    PcapngBlock &block = state_->block;
    block.begin(interface_block);
    block.number(link_raw);
    block.number(std::uint16_t{0});
    block.number(std::uint32_t{0}); // no limit to a packet's bytes
    block.option(option_name, name);
    block.option(option_description, description);
    block.option(option_resolution, PacketView(&nanoseconds, 1));
    state_->sink.add(block.end());
    return state_->interfaces++;
}

void Pcapng::write(const Entry &entry)
{
    const auto captured = static_cast<std::uint32_t>(entry.bytes.size());
    PcapngBlock &block = state_->block;
    block.begin(packet_block);
    block.number(std::uint32_t{entry.interface});
    block.number(static_cast<std::uint32_t>(entry.time_ns >> 32U));
    block.number(static_cast<std::uint32_t>(entry.time_ns));
    block.number(captured);
    block.number(std::max(entry.size, captured));
    block.padded(entry.bytes);
    for (const std::string &comment : entry.comments)
        block.option(option_comment, comment);
    state_->sink.add(block.end());
}

Result<void> Pcapng::close()
{
    return state_->sink.close();
}

} // namespace ct
