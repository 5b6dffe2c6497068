// SPDX-License-Identifier: GPL-2.0-or-later
// pool SECONDS EXERCISERS LOAD: a pool on all CPUs with a fake module.
// Its messages go to stderr as they come; then a line "NAME COUNT" for each
// count to stdout. The status is 1 if a register changed.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <unistd.h>

#include "exerciser/pool.h"
#include "tests/fake_pool.h"

namespace {

void tell(ct::Pool &pool)
{
    for (const std::string &text : pool.messages())
        (void)std::fprintf(stderr, "%s\n", text.c_str());
}

void put(const std::string &name, std::uint64_t count)
{
    std::printf("%s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    ct::test::FakeModule module;
    ct::PoolPlan plan;
    const long cpus = sysconf(_SC_NPROCESSORS_CONF);
    for (long cpu = 0; cpu < cpus; ++cpu)
        plan.cpus.push_back(static_cast<std::uint32_t>(cpu));
    plan.per_cpu = static_cast<std::uint32_t>(std::atoi(argv[2]));
    plan.load = static_cast<std::uint32_t>(std::atoi(argv[3]));
    ct::Pool pool(plan, module.factory());
    if (const auto error = pool.start())
        (void)std::fprintf(stderr, "%s\n", error->sentence().c_str());
    const auto sets = ct::make_register_sets(ct::facts_of_this_cpu());
    std::printf("registers %s\n", sets.text().c_str());
    std::printf("xsave %d\n", sets.xsave() ? 1 : 0);
    (void)std::fflush(stdout);
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(argv[1]));
    while (std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        tell(pool);
    }
    pool.stop();
    tell(pool);
    const ct::Statistics statistics = pool.statistics();
    for (std::size_t event = 0; event < statistics.checks.size(); ++event)
        put(std::string(name(static_cast<ct::ThreadEvent>(event))),
            statistics.checks.at(event));
    put("total", statistics.total());
    put("differences", statistics.differences);
    put("calls", statistics.calls);
    put("operations", statistics.operations);
    put("migrations", statistics.migrations);
    put("barriers", statistics.barriers);
    put("execs", statistics.execs);
    put("ptraces", statistics.ptraces);
    put("displacements", statistics.displacements);
    put("errors", statistics.errors);
    return statistics.differences == 0 ? 0 : 1;
}
