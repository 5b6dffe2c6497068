// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/answers.h"

#include <cerrno>

#include "analysis/facts.h"

namespace ct {

namespace {

using enum BugClass;

} // namespace

bool hides_interruptions(const Mismatch &record, FpuUse use)
{
    return use == FpuUse::Hidden || record.context == Context::Softirq;
}

bool score_outside(Scores &scores, const Mismatch &record)
{
    if (record.foreign) {
        const char *const why = "it is the right result of another packet of the SA";
        scores.add(AsyncOrder, flying(record) ? 80 : 40, why);
        scores.add(DriverRace, flying(record) ? 35 : 80, why);
        if (flying(record))
            scores.add(AsyncOrder, 15, "other requests were in flight");
        return true;
    }
    if (says(record, What::Completion)) {
        scores.add(AsyncOrder, 65, "a request was completed more than once");
        if (flying(record))
            scores.add(AsyncOrder, 15, "other requests were in flight");
        return true;
    }
    const bool outside =
        says(record, What::Guard) || says(record, What::Source) || says(record, What::Header);
    const bool output = says(record, What::Text) || says(record, What::Icv);
    if (outside && !output) {
        scores.add(SgWriteback, 80, "bytes outside of the output were changed");
        scores.add(DriverData, 40, "a driver wrote where it must not");
        return true;
    }
    if (outside) {
        scores.add(DriverData, 60, "the output is wrong and bytes outside of it were changed");
        scores.add(SgWriteback, 50, "bytes outside of the output were changed");
    }
    if (!outside && !output && says(record, What::Iv)) {
        const char *const why = "the IV written back is wrong, the output right";
        scores.add(DriverData, flying(record) ? 40 : 45, why);
        scores.add(AsyncOrder, flying(record) ? 55 : 15, why);
        scores.add(DriverRace, flying(record) ? 15 : 40, why);
        return true;
    }
    return false;
}

bool score_answer(Scores &scores, const Mismatch &record)
{
    if (says(record, What::Stuck)) {
        scores.add(AsyncOrder, 45, "a request was not completed");
        scores.add(DriverData, 40, "a request was not completed");
        return true;
    }
    if (says(record, What::Accepted)) {
        const char *const why = "a packet with a changed bit was accepted";
        scores.add(AuthBypass, flying(record) ? 60 : 80, why);
        scores.add(AsyncOrder, flying(record) ? 45 : 0, why);
        scores.add(DriverData, 20, why);
        return true;
    }
    if (says(record, What::Status) && record.status != -EBADMSG) {
        const bool scarce =
            record.status == -ENOMEM || record.status == -EAGAIN || record.status == -EBUSY;
        scores.add(DriverData,
                   record.status > 0 ? 60
                   : scarce          ? 20
                                     : 45,
                   record.status > 0 ? "the driver returned a positive number"
                                     : "the driver returned an error of its own");
        return true;
    }
    return false;
}

void score_late(Scores &scores, const Mismatch &record)
{
    const char *const why = "the output was right only after the request had been completed";
    scores.add(AsyncOrder, record.async ? 60 : 20, why);
    scores.add(DriverRace, record.async ? 30 : 45, why);
    scores.add(Memory, record.async ? 30 : 50,
               "the output was wrong in the first comparison and right in the second");
    if (interrupted(record))
        scores.add(FpuNested, 25, "an interruption inside the FPU section was seen");
}

void score_refused(Scores &scores, const Mismatch &record, FpuUse use)
{
    const char *const why = "a packet with a valid ICV was refused";
    if (record.async && !interrupted(record)) {
        scores.add(AsyncOrder, 50, why);
        scores.add(DriverData, 30, why);
        return;
    }
    scores.set_vague();
    const bool hidden = hides_interruptions(record, use);
    scores.add(FpuNested, interrupted(record) ? 65 : hidden ? 35 : 20, why);
    scores.add(VcpuSwitch, interrupted(record) ? 15 : hidden ? 30 : 40, why);
    scores.add(DriverData, 30, why);
    scores.add(DriverRace, interrupted(record) ? 15 : 25, why);
}

} // namespace ct
