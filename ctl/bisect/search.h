// SPDX-License-Identifier: GPL-2.0-or-later
// The search for the smallest set of factors that shows a fault: delta debugging (Zeller
// and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), one dimension
// after the other, with an oracle that sees the fault only now and then.
//
// What is found is 1-minimal: no single factor can be left out. A larger set may lose two at
// once to a smaller one that was not tried.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bisect/factors.h"
#include "bisect/oracle.h"
#include "bisect/showings.h"

namespace ct {

enum class SearchEnd {
    Minimal,  // every factor that is left was tried to be left out
    Vanished, // the fault shows no more, with everything either
    Over,     // the oracle has no more answers
};

struct SearchOptions {
    double confidence = 0.95;           // that silence means absence
    std::uint64_t first_elapsed_ns = 0; // until the fault was seen first, with everything
};

// The smallest set with one factor less.
struct Absence {
    std::size_t factor = 0;    // that is left out
    FactorSet left;            // with what is still there
    bool possible = true;      // false: there is no such run, or no such fault in it
    bool refused = false;      // by the machine
    std::uint64_t shown = 0;   // times, but not reliably
    std::uint64_t silence = 0; // chances without the fault
    std::uint64_t elapsed_ns = 0;
    double confidence = 0; // that the factor is needed to see it as often
};

struct Narrowed {
    SearchEnd end = SearchEnd::Over;
    FactorSet smallest;
    Showings shown; // of the smallest set since it was found, in as many trials
    std::vector<Absence> absences;
};

class Search {
public:
    // Showings that are needed to estimate the rate of a set.
    static constexpr std::uint64_t showings_wanted = 3;

    Search(const Factors &factors, Oracle &oracle, SearchOptions options)
        : factors_(factors), oracle_(oracle), options_(options), chain_{factors.all()}
    {
    }

    [[nodiscard]] Narrowed narrow();

private:
    struct Ledger {
        Showings chosen; // what made it the smallest: seen in time, so quicker than others
        Showings shown;  // since then, at most showings_wanted: they give its rate
        Showings again;  // later ones: that the fault is still there
        std::uint64_t silence = 0;
        std::uint64_t silent_ns = 0;
        bool refused = false;
        bool doubtful = false; // it showed the fault once, and then no more
    };

    [[nodiscard]] const FactorSet &best() const { return chain_.back(); }
    Sight ask(const FactorSet &members, const Patience &patience, bool again = false);
    [[nodiscard]] bool shows(const FactorSet &members);
    [[nodiscard]] Showings recent() const;
    void leap();
    [[nodiscard]] bool confirm();
    void reduce(Dimension dimension);
    void reduce_set(const FactorSet &fixed, FactorSet candidates);
    [[nodiscard]] bool keep_part(const FactorSet &fixed, FactorSet &candidates,
                                 std::size_t &parts);
    void reduce_count(const FactorSet &fixed, const FactorSet &candidates);
    void verify();
    [[nodiscard]] std::vector<Absence> absences() const;

    const Factors &factors_;
    Oracle &oracle_;
    SearchOptions options_;
    std::map<FactorSet, Ledger> ledgers_;
    std::vector<FactorSet> chain_; // sets that showed the fault, each within the one before
    bool alive_ = false;           // the last trial showed the fault
    bool over_ = false;
    SearchEnd end_ = SearchEnd::Over;
};

} // namespace ct
