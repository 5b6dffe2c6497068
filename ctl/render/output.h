// SPDX-License-Identifier: GPL-2.0-or-later
// Where text goes. A reader that went away or a full disk ends the writing,
// never the program.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ct {

class Output {
public:
    Output() = default;
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;
    virtual ~Output() = default;

    virtual void write(std::string_view text) = 0;
    // Columns of the terminal; 0 where there is none.
    [[nodiscard]] virtual unsigned columns() const { return 0; }
    // The errno that ended the writing, or 0.
    [[nodiscard]] virtual int error() const { return 0; }
};

// Over a file descriptor, unbuffered: a line is there when it is written.
class DescriptorOutput : public Output {
public:
    explicit DescriptorOutput(int descriptor) : descriptor_(descriptor) {}

    void write(std::string_view text) override;
    [[nodiscard]] unsigned columns() const override;
    [[nodiscard]] int error() const override { return error_; }

protected:
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_ = -1;
    int error_ = 0;
};

// A file of its own.
class FileOutput final : public DescriptorOutput {
public:
    // What to do with a file of that name that is there already.
    enum class Existing { Replace, Refuse };
    [[nodiscard]] static Result<std::unique_ptr<FileOutput>> create(const std::string &path,
                                                                    Existing existing);
    FileOutput(const FileOutput &) = delete;
    FileOutput &operator=(const FileOutput &) = delete;
    ~FileOutput() override;

    // Onto the disk; the errno of what went wrong since it was made, or 0.
    [[nodiscard]] int flush();

private:
    explicit FileOutput(int descriptor) : DescriptorOutput(descriptor) {}
};

// Of a file below --out.
[[nodiscard]] Failure unwritten(const std::string &path, int number);

// The file has the old or the new content at any time, also after a crash.
[[nodiscard]] Result<void> replace_file(const std::string &path, std::string_view content);

// Into memory, for tests.
class StringOutput final : public Output {
public:
    explicit StringOutput(unsigned columns = 0) : columns_(columns) {}
    void write(std::string_view text) override { text_ += text; }
    [[nodiscard]] unsigned columns() const override { return columns_; }
    [[nodiscard]] const std::string &text() const { return text_; }

private:
    std::string text_;
    unsigned columns_ = 0;
};

} // namespace ct
