// SPDX-License-Identifier: GPL-2.0-or-later
// Calls, reports and probes of ESP that cannot be, through the module's file.
#include "case.h"

#include <linux/cryptorture_calls.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

namespace {

class Device {
public:
    Device() : fd(open("/proc/" CRYPTORTURE_CALLS_NAME, O_RDWR | O_CLOEXEC)) {}
    ~Device() { close(fd); }
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;
    [[nodiscard]] bool is_open() const { return fd >= 0; }
    // An errno, or 0.
    [[nodiscard]] int control(unsigned long command, const void *argument) const
    {
        return ioctl(fd, command, argument) < 0 ? errno : 0;
    }
    [[nodiscard]] int descriptor() const { return fd; }

private:
    int fd;
};

std::string error_text(int error)
{
    const char *name = strerrorname_np(error);
    return !error ? "accepted" : name ? name : std::to_string(error);
}

// It must have this error and change nothing.
void refuse_control(const std::string &name, const Device &device, unsigned long command,
                    const void *argument, int error)
{
    const auto before = status();
    const int result = device.control(command, argument);
    std::string why;
    if (result != error)
        why = error_text(result) + " instead of " + error_text(error);
    else if (before.empty() || status() != before)
        why = "the status has changed";
    report(name, why);
}

cryptorture_call_args call(std::uint32_t operations)
{
    cryptorture_call_args one{};
    one.operations = operations;
    return one;
}

template <std::size_t size> void set(__u8 (&to)[size], const std::string &value)
{
    std::memset(to, 0, size);
    std::memcpy(to, value.data(), std::min(size, value.size()));
}

// A report that is in order.
cryptorture_register_args changed()
{
    cryptorture_register_args one{};
    one.epoch = 4;
    one.len = 16;
    one.event = CRYPTORTURE_EVENT_CALL;
    one.cpu_after = 1;
    one.thread = 3;
    set(one.name, "xmm3");
    std::memset(one.expected, 1, one.len);
    std::memset(one.actual, 2, one.len);
    return one;
}

void numbers(const Device &device)
{
    const cryptorture_call_args one = call(1);
    for (unsigned long command :
         {0UL, ~0UL & 0xffffffff, static_cast<unsigned long>(_IO(CRYPTORTURE_CALLS_IOCTL, 1)),
          static_cast<unsigned long>(_IOWR(CRYPTORTURE_CALLS_IOCTL, 0, cryptorture_call_args)),
          static_cast<unsigned long>(_IOWR(CRYPTORTURE_CALLS_IOCTL, 3, cryptorture_call_args)),
          static_cast<unsigned long>(_IOWR(CRYPTORTURE_CALLS_IOCTL, 1, std::uint32_t)),
          static_cast<unsigned long>(
              _IOWR(CRYPTORTURE_CALLS_IOCTL + 1, 1, cryptorture_call_args)),
          static_cast<unsigned long>(_IOW(CRYPTORTURE_CALLS_IOCTL, 2, cryptorture_call_args))})
        refuse_control("ioctl " + std::to_string(command), device, command, &one, ENOTTY);
    char byte = 0;
    report("the device cannot be read",
           read(device.descriptor(), &byte, 1) < 0 ? "" : "it can");
    report("nor written", write(device.descriptor(), &byte, 1) < 0 ? "" : "it can");
    void *const memory = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, device.descriptor(), 0);
    report("nor mapped", memory == MAP_FAILED ? "" : "it can");
}

void pointers(const Device &device)
{
    const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    auto *const pages = static_cast<char *>(
        mmap(nullptr, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    munmap(pages + size, size);
    const std::pair<const char *, std::uintptr_t> bad[] = {
        {"nowhere", 0},
        {"the first page", 8},
        {"the kernel", 0xffff888000000000},
        {"no address at all", 0x8000000000000000},
        {"the end of everything", ~std::uintptr_t{7}},
        {"a page that is half there", reinterpret_cast<std::uintptr_t>(pages) + size - 8}};
    for (const auto &[name, address] : bad) {
        const auto *const argument = reinterpret_cast<const void *>(address);
        refuse_control(std::string("a call from ") + name, device, CRYPTORTURE_CALLS_CALL,
                       argument, EFAULT);
        refuse_control(std::string("a register from ") + name, device,
                       CRYPTORTURE_CALLS_REGISTER, argument, EFAULT);
        refuse_control(std::string("a probe from ") + name, device, CRYPTORTURE_CALLS_ESP_PROBE,
                       argument, EFAULT);
        refuse_control(std::string("counts of a probe into ") + name, device,
                       CRYPTORTURE_CALLS_ESP_COUNTS, argument, EFAULT);
    }
    munmap(pages, size);
}

void values(const Device &device)
{
    for (std::uint32_t operations : {0U, CRYPTORTURE_CALL_OPERATIONS_MAX + 1U, ~0U}) {
        const cryptorture_call_args one = call(operations);
        refuse_control("a call of " + std::to_string(operations) + " operations", device,
                       CRYPTORTURE_CALLS_CALL, &one, EINVAL);
    }
    cryptorture_call_args reserved = call(1);
    reserved.reserved = 1;
    refuse_control("a call with a reserved field that is not 0", device, CRYPTORTURE_CALLS_CALL,
                   &reserved, EINVAL);
    const cryptorture_call_args right = call(1);
    refuse_control("a call when nothing runs", device, CRYPTORTURE_CALLS_CALL, &right, ESRCH);

    const auto refuse_register = [&](const std::string &name, int error, auto spoil) {
        cryptorture_register_args one = changed();
        spoil(one);
        refuse_control(name, device, CRYPTORTURE_CALLS_REGISTER, &one, error);
    };
    refuse_register("a changed register when nothing runs", ESRCH, [](auto &) {});
    refuse_register("a report of nothing", EINVAL, [](auto &one) { one = {}; });
    refuse_register("a report with a reserved field that is not 0", EINVAL,
                    [](auto &one) { one.reserved = 1; });
    for (std::uint32_t len : {0U, CRYPTORTURE_REGISTER_BYTES + 1U, 0x80000000U, ~0U})
        refuse_register("a register of " + std::to_string(len) + " bytes", EINVAL,
                        [len](auto &one) { one.len = len; });
    refuse_register("a register that did not change", EINVAL, [](auto &one) {
        std::memcpy(one.actual, one.expected, sizeof(one.actual));
    });
    // What differs is no part of it.
    refuse_register("a register that changed behind its end", EINVAL, [](auto &one) {
        std::memcpy(one.actual, one.expected, sizeof(one.actual));
        one.actual[one.len] ^= 1;
    });
    for (const std::string &name :
         {std::string(), std::string("x\nm"), std::string("\x1b[2J"), std::string("\xff"),
          std::string(CRYPTORTURE_REGISTER_NAME_MAX, 'x')})
        refuse_register("a register whose name has " + std::to_string(name.size()) +
                            " strange bytes",
                        EINVAL, [&](auto &one) { set(one.name, name); });
    for (const std::string &owner :
         {std::string("me\n"), std::string(CRYPTORTURE_OWNER_MAX, 'x')})
        refuse_register("an owner of " + std::to_string(owner.size()) + " strange bytes",
                        EINVAL, [&](auto &one) { set(one.owner, owner); });
    for (std::uint32_t event : {std::uint32_t{__CRYPTORTURE_EVENT_MAX}, ~0U})
        refuse_register("event " + std::to_string(event), EINVAL,
                        [event](auto &one) { one.event = event; });
}

void probes(const Device &device)
{
    const auto refuse_probe = [&](const std::string &name, auto spoil) {
        cryptorture_esp_probe_args one{};
        one.namespaces[0] = 1;
        one.namespaces_len = 1;
        spoil(one);
        refuse_control(name, device, CRYPTORTURE_CALLS_ESP_PROBE, &one, EINVAL);
    };
    for (std::uint32_t len : {0U, 2U, CRYPTORTURE_ESP_NAMESPACES_MAX + 1U, 0x80000000U, ~0U})
        refuse_probe("a probe of one namespace of " + std::to_string(len),
                     [len](auto &one) { one.namespaces_len = len; });
    refuse_probe("a probe of no namespace", [](auto &one) { one.namespaces[0] = 0; });
    refuse_probe("a probe of a namespace behind the last",
                 [](auto &one) { one.namespaces[CRYPTORTURE_ESP_NAMESPACES_MAX - 1] = 1; });
    refuse_probe("a probe with a reserved field that is not 0",
                 [](auto &one) { one.reserved = 1; });
    cryptorture_esp_counts_args counts{};
    refuse_control("counts of no probe", device, CRYPTORTURE_CALLS_ESP_COUNTS, &counts, ENOENT);
    counts.reserved = 1;
    refuse_control("counts with a reserved field that is not 0", device,
                   CRYPTORTURE_CALLS_ESP_COUNTS, &counts, EINVAL);

    const Device own;
    cryptorture_esp_probe_args all{};
    const int error = own.control(CRYPTORTURE_CALLS_ESP_PROBE, &all);
    report("a probe of all namespaces", error               ? error_text(error)
                                        : all.functions & 3 ? ""
                                                            : "ESP is not probed");
    refuse_control("another one by the same file", own, CRYPTORTURE_CALLS_ESP_PROBE, &all,
                   EEXIST);
    counts = {};
    counts.cpu = ~0U;
    refuse_control("counts of a CPU beyond the last", own, CRYPTORTURE_CALLS_ESP_COUNTS,
                   &counts, ERANGE);
    refuse_control("counts of another file's probe", device, CRYPTORTURE_CALLS_ESP_COUNTS,
                   &counts, ENOENT);
}

void in_a_run(const Device &device)
{
    ask(start());
    cryptorture_call_args one = call(1);
    int error = device.control(CRYPTORTURE_CALLS_CALL, &one);
    report("a call into a run without callers", error == ESRCH ? "" : error_text(error));
    ask(stop());
    ask(start().u32(CRYPTORTURE_A_CONFIG_EXERCISERS, 1).u32(CRYPTORTURE_A_CONFIG_CONTEXTS, 7));
    for (std::uint32_t operations : {1U, 16U}) {
        one = call(operations);
        error = device.control(CRYPTORTURE_CALLS_CALL, &one);
        report("a call of " + std::to_string(operations) + " operations in a run",
               !error && one.done && one.done <= operations ? "" : error_text(error));
    }
    // The answer has no place to go to.
    void *const page =
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    one = call(1);
    std::memcpy(page, &one, sizeof(one));
    mprotect(page, 4096, PROT_READ);
    error = device.control(CRYPTORTURE_CALLS_CALL, page);
    report("a call whose answer cannot be written", error == EFAULT ? "" : error_text(error));
    munmap(page, 4096);

    const cryptorture_register_args told = changed();
    error = device.control(CRYPTORTURE_CALLS_REGISTER, &told);
    report("a changed register counts",
           !error && status_number(CRYPTORTURE_A_STATUS_REGISTER_MISMATCHES) == 1 &&
                   status_number(CRYPTORTURE_A_STATUS_MISMATCHES) == 1
               ? ""
               : "it does not: " + error_text(error));
    ask(stop());
    report("and makes the run CORRUPT",
           status_number(CRYPTORTURE_A_STATUS_VERDICT) == CRYPTORTURE_VERDICT_CORRUPT
               ? ""
               : "it does not");
}

} // namespace

void calls()
{
    const Device device;
    report("the device is there", device.is_open() ? "" : strerror(errno));
    if (!device.is_open())
        return;
    numbers(device);
    pointers(device);
    values(device);
    probes(device);
    in_a_run(device);
}
