/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What window.S does between filling the registers and reading them back, as
 * it lies in memory. The offsets are for the assembler.
 */
#ifndef CT_REGISTERS_ACTION_H
#define CT_REGISTERS_ACTION_H

#define CT_ACTION_KIND 0
#define CT_ACTION_SPINS 8
#define CT_ACTION_WORD 16
#define CT_ACTION_WHILE 24
#define CT_ACTION_TOUCH 32
#define CT_ACTION_CODE 40
#define CT_ACTION_NUMBER 48
#define CT_ACTION_ARGUMENTS 56
#define CT_ACTION_RESULT 104
#define CT_ACTION_PARENT 112
#define CT_ACTION_CHILD_STORE 120
#define CT_ACTION_CHILD_RESULT 128
#define CT_ACTION_CHILD_DONE 136

#define CT_KIND_SPIN 0
#define CT_KIND_SYSCALL 1
#define CT_KIND_TOUCH 2
#define CT_KIND_CODE 3
#define CT_KIND_CHILD 4

#endif
