// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/filter.h"

#include <cerrno>
#include <cstddef>
#include <vector>

#include <linux/filter.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

namespace ct {

namespace {

constexpr std::uint32_t port_at = 2;       // destination, in TCP and UDP
constexpr std::uint32_t identifier_at = 4; // in echo requests and replies
constexpr std::uint32_t whole_packet = 0xffffffff;

using Program = std::vector<sock_filter>;

sock_filter statement(unsigned code, std::uint32_t value)
{
    return {static_cast<std::uint16_t>(code), 0, 0, value};
}

sock_filter jump(unsigned code, std::uint32_t value, std::uint8_t yes, std::uint8_t no)
{
    return {static_cast<std::uint16_t>(code), yes, no, value};
}

// X is where the transport header begins.
Program program_start(bool v6)
{
    // NOLINTNEXTLINE(misc-redundant-expression)
    return {v6 ? statement(BPF_LDX | BPF_W | BPF_IMM, 0)
               : statement(BPF_LDX | BPF_B | BPF_MSH, 0)};
}

// The end of a program: packets with a number in the range at that place.
void accept_range(Program &program, std::uint32_t at, PortRange range)
{
    program.push_back(statement(BPF_LD | BPF_H | BPF_IND, at));
    program.push_back(jump(BPF_JMP | BPF_JGE | BPF_K, range.first, 0, 2));
    program.push_back(jump(BPF_JMP | BPF_JGT | BPF_K, range.last, 1, 0));
    program.push_back(statement(BPF_RET | BPF_K, whole_packet));
    program.push_back(statement(BPF_RET | BPF_K, 0));
}

Result<void> attach_program(const Descriptor &socket, Program &program)
{
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    if (setsockopt(socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof(whole)) != 0)
        return failure(ErrorKind::System, "cannot filter what a raw socket receives",
                       errno_text(errno), "raise net.core.optmem_max");
    // What came before there was a filter is in the queue.
    while (recv(socket.number(), nullptr, 0, MSG_DONTWAIT | MSG_TRUNC) >= 0) {
    }
    return {};
}

} // namespace

Result<void> filter_ports(const Descriptor &socket, bool v6, PortRange ports,
                          std::uint16_t left_out)
{
    Program program = program_start(v6);
    if (left_out != 0) {
        program.push_back(statement(BPF_LD | BPF_H | BPF_IND, 0));
        program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, left_out, 0, 3));
        program.push_back(statement(BPF_LD | BPF_H | BPF_IND, port_at));
        program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, left_out, 0, 1));
        program.push_back(statement(BPF_RET | BPF_K, 0));
    }
    accept_range(program, port_at, ports);
    return attach_program(socket, program);
}

Result<void> filter_echoes(const Descriptor &socket, bool v6, bool requests,
                           PortRange identifiers)
{
    const std::uint32_t reply = v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
    const std::uint32_t request = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    Program program = program_start(v6);
    program.push_back(statement(BPF_LD | BPF_B | BPF_IND, 0));
    program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, reply, 2, 0));
    program.push_back(jump(BPF_JMP | BPF_JEQ | BPF_K, requests ? request : reply, 1, 0));
    program.push_back(statement(BPF_RET | BPF_K, 0));
    accept_range(program, identifier_at, identifiers);
    return attach_program(socket, program);
}

} // namespace ct
