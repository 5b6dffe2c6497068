// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_crew.h"

#include <array>
#include <sys/socket.h>
#include <unistd.h>

namespace ct::test {

namespace {

class FakeLink final : public CallLink {
public:
    explicit FakeLink(FakeModule &module) : module_(module)
    {
        if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends_.data()) != 0)
            ends_ = {-1, -1};
    }
    FakeLink(const FakeLink &) = delete;
    FakeLink &operator=(const FakeLink &) = delete;
    ~FakeLink() override
    {
        close(ends_[0]);
        close(ends_[1]);
    }

    CallMessage prepare(std::uint32_t operations, const CallTally &tally) override
    {
        operations_ = operations;
        tally_ = tally;
        const bool harm = ++calls_ == module_.harm_at;
        return {ends_[0], bytes_, harm ? module_.harm : nullptr};
    }

    Result<CallReply> reply(long sent) override
    {
        std::array<std::byte, 64> got{};
        if (sent != static_cast<long>(bytes_.size()))
            return failure(ErrorKind::Again, "cannot call", "it was not sent");
        (void)!recv(ends_[1], got.data(), got.size(), MSG_DONTWAIT);
        if (module_.ended)
            return failure(ErrorKind::NotRunning, "cannot call", "no run is on");
        if (module_.absent)
            return failure(ErrorKind::NotFound, "cannot call", "the run is not on this CPU");
        ++module_.calls;
        module_.operations += operations_;
        const std::scoped_lock lock(module_.mutex);
        module_.tally.checks += tally_.checks;
        module_.tally.barriers += tally_.barriers;
        module_.tally.migrations += tally_.migrations;
        return CallReply{1, operations_, 0};
    }

    Result<void> report(const RegisterFinding &finding) override
    {
        const std::scoped_lock lock(module_.mutex);
        module_.findings.push_back(finding);
        return {};
    }

private:
    FakeModule &module_;
    std::array<int, 2> ends_{};
    std::array<std::byte, 20> bytes_{};
    std::uint32_t operations_ = 0;
    std::uint64_t calls_ = 0;
    CallTally tally_;
};

} // namespace

CallLinkFactory FakeModule::factory()
{
    return [this]() -> Result<std::unique_ptr<CallLink>> {
        if (links++ >= links_max)
            return failure(ErrorKind::System, "cannot talk to the kernel", "too many files");
        return std::make_unique<FakeLink>(*this);
    };
}

} // namespace ct::test
