# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: the client's cases, counted.
# shellcheck source=../lib.sh
. /root/lib.sh
without_selftests
export LD_LIBRARY_PATH=/ynl/so PYTHONHOME=/ynl/usr

program_cases ynl /ynl/python3 -S /ynl/client.py /ynl/cryptorture.yaml
unset LD_LIBRARY_PATH
finish
