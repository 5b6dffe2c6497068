// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_pool.h"

#include <array>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ct::test {

namespace {

class FakeLink final : public CallLink {
public:
    explicit FakeLink(FakeModule &module) : module_(module)
    {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0)
            ends_ = {-1, -1};
        (void)!write(ends_[1], "four", 4);
    }
    FakeLink(const FakeLink &) = delete;
    FakeLink &operator=(const FakeLink &) = delete;
    ~FakeLink() override
    {
        close(ends_[0]);
        close(ends_[1]);
    }

    // How much there is to read: an answer in place, as the module's is.
    CallRequest prepare(std::uint32_t operations, const CallTally &tally) override
    {
        operations_ = operations;
        tally_ = tally;
        answer_ = -1;
        harmed_ = ++calls_ == module_.harm_at;
        return {ends_[0], FIONREAD, &answer_, harmed_ ? module_.harm : nullptr};
    }

    Result<CallReply> reply(long result) override
    {
        if (result != 0 || (!harmed_ && answer_ != 4))
            return failure(ErrorKind::System, "cannot call", "the module was not asked");
        if (module_.ended)
            return failure(ErrorKind::NotRunning, "cannot call", "no run is active");
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
    int answer_ = 0;
    bool harmed_ = false;
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
