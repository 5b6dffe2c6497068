// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/doctor.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/paragraph.h"
#include "base/quantity.h"

namespace ct {

namespace {

// Columns of the level and what is left of it.
constexpr std::size_t margin = 11;
constexpr std::size_t columns_min = 40;

std::string_view title(Topic topic)
{
    switch (topic) {
    case Topic::Cpu:
        return "CPU";
    case Topic::Registers:
        return "Registers";
    case Topic::Hypervisor:
        return "Hypervisor";
    case Topic::Kernel:
        return "Kernel";
    case Topic::Mitigations:
        return "Mitigations";
    case Topic::Drivers:
        return "Drivers";
    case Topic::Independence:
        return "Independence of the kernel's own AES";
    case Topic::Nesting:
        return "Nesting in FPU sections";
    case Topic::KnownBugs:
        return "Known bugs";
    case Topic::Disturbers:
        return "Disturbers";
    case Topic::Module:
        return "Module";
    case Topic::Permissions:
        return "Permissions";
    }
    return "Other";
}

class Writer {
public:
    explicit Writer(const DoctorOptions &options)
        : colour_(options.colour), columns_(std::max<std::size_t>(options.columns, columns_min))
    {
    }

    void finding(const Finding &finding)
    {
        const std::string first = fmt::format("  {:<{}}", name(finding.level), margin - 2);
        std::string text = paragraph(first, printable(finding.what), folding(margin));
        if (const char *const code = colour_of(finding.level); code != nullptr)
            text.replace(2, name(finding.level).size(),
                         fmt::format("\033[{}m{}\033[0m", code, name(finding.level)));
        text_ += text;
        const std::string indent(margin, ' ');
        if (!finding.classes.empty())
            text_ +=
                paragraph(indent, "class: " + join_names(finding.classes), folding(margin));
        if (!finding.meaning.empty())
            text_ +=
                paragraph(indent, "so: " + printable(finding.meaning), folding(margin + 4));
        if (!finding.action.empty())
            text_ += paragraph(indent, "do: " + printable(finding.action), folding(margin + 4));
    }
    void heading(std::string_view title)
    {
        if (!text_.empty())
            text_ += "\n";
        text_ +=
            colour_ ? fmt::format("\033[1m{}\033[0m\n", title) : fmt::format("{}\n", title);
    }
    void item(const std::string &text)
    {
        text_ += paragraph("  - ", printable(text), folding(4));
    }
    [[nodiscard]] const std::string &text() const { return text_; }

private:
    [[nodiscard]] Folding folding(std::size_t indent) const { return {indent, columns_, 0}; }
    [[nodiscard]] const char *colour_of(Level level) const
    {
        if (!colour_ || level == Level::Ok || level == Level::Note)
            return nullptr;
        return level == Level::Warning ? "33" : "1;31";
    }

    std::string text_;
    bool colour_ = false;
    std::size_t columns_ = 0;
};

} // namespace

std::string doctor_text(const Examination &examination, const DoctorOptions &options)
{
    Writer writer(options);
    for (std::size_t place = 0; place < count_of<Topic>; ++place) {
        const auto topic = static_cast<Topic>(place);
        bool first = true;
        for (const Finding &finding : examination.findings) {
            if (finding.topic != topic)
                continue;
            if (first)
                writer.heading(title(topic));
            first = false;
            writer.finding(finding);
        }
    }
    writer.heading("This machine can show:");
    for (const std::string &what : examination.can)
        writer.item(what);
    writer.heading("This machine cannot show:");
    for (const Reasoned &limit : examination.cannot)
        writer.item(limit.what + ", because " + limit.why);
    if (examination.ready()) {
        writer.heading(examination.module.empty()
                           ? "A run can be started: modprobe cryptorture && cryptorture run"
                           : "A run can be started: cryptorture run");
        return writer.text();
    }
    writer.heading("A run cannot be started here:");
    for (const Reasoned &obstacle : examination.obstacles)
        writer.item(obstacle.what + (obstacle.why.empty() ? "" : "; do: " + obstacle.why));
    return writer.text();
}

} // namespace ct
