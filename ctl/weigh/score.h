// SPDX-License-Identifier: GPL-2.0-or-later
// How well the evidence fits each class, in points of 100. Points are weights of
// experience, not probabilities: what nearly every case of the class shows, and few
// of another, has 60 and more; what fits several has less. What they are worth beside each
// other is for diagnose/model.h.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "record/bug_class.h"

namespace ct {

namespace score {
inline constexpr double all = 100;
inline constexpr double named = 30;  // of one record alone
inline constexpr double medium = 50; // more speaks for it than not
} // namespace score

// Why a class has points, or has lost some.
struct Reason {
    std::string why;
    double points = 0; // below 0: against the class
};

struct Suspicion {
    BugClass bug_class = BugClass::FpuNested;
    double score = 0; // 0 to 100, so that the points of the reasons may come to more
    double probability = 0;
    std::vector<Reason> evidence;
};

class Scores {
public:
    Scores();
    // Adds points with their reason; one that is there already gets the points as well. No
    // points: no reason.
    void add(BugClass bug_class, double points, const std::string &why);
    // To those of these that have points already.
    void add_to_suspected(std::initializer_list<BugClass> classes, double points,
                          const std::string &why);
    // It fits many classes: it counts little beside what fits few.
    void set_vague() { vague_ = true; }
    [[nodiscard]] bool vague() const { return vague_; }
    // Adds another's points times the weight, and its reasons.
    void merge(const Scores &other, double weight);
    [[nodiscard]] double at(BugClass bug_class) const;
    // With any points, best first; their reasons likewise, those against them last.
    [[nodiscard]] std::vector<Suspicion> ranked() const;

private:
    std::array<Suspicion, count_of<BugClass>> candidates_;
    bool vague_ = false;
};

} // namespace ct
