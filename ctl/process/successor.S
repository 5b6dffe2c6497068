/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole program, as its file is: it stores its vector registers before anything
 * else, writes them to a descriptor, and ends. A C library would have used some of
 * them by then. See successor.h.
 *
 * Its second argument, a decimal number, is the page of the file that it writes to.
 */
#include <asm/unistd.h>

#include "process/successor_layout.h"

#define BASE 0x10000000
#define HERE(label) (BASE + label - yt_successor)

	.section .rodata
	.globl	yt_successor
	.globl	yt_successor_entry
	.globl	yt_successor_facts
	.globl	yt_successor_end
	.p2align 4
yt_successor:
	.byte	0x7f
	.ascii	"ELF"
	.byte	2, 1, 1, 0		/* 64 bits, little endian */
	.quad	0
	.short	2, 62			/* a program at a fixed address, for x86-64 */
	.long	1
	.quad	HERE(yt_successor_entry)
	.quad	.Lsegments - yt_successor
	.quad	0
	.long	0
	.short	64, 56, 2, 0, 0, 0
.Lsegments:
	.long	1, 5			/* PT_LOAD: to read and to execute */
	.quad	0, BASE, BASE
	.quad	yt_successor_end - yt_successor, yt_successor_end - yt_successor
	.quad	0x1000
	.long	0x6474e551, 6		/* PT_GNU_STACK: not to execute */
	.quad	0, 0, 0, 0, 0, 16

	.p2align 4
yt_successor_entry:
	endbr64
	movq	%rsp, %rbx
	leaq	-CT_SUCCESSOR_PAGE(%rsp), %rsp
	andq	$-64, %rsp
	movq	.Lmask(%rip), %rax
	testq	%rax, %rax
	jz	.Llegacy
	movq	%rax, %rdx
	shrq	$32, %rdx
	xsave64	(%rsp)
	jmp	.Lhave
.Llegacy:
	fxsave64 (%rsp)
.Lhave:
	movl	$1, CT_SUCCESSOR_MARK(%rsp)

	movq	16(%rbx), %rsi		/* argv[1]; argc lies at (%rbx) */
	xorl	%r10d, %r10d
.Ldigit:
	movzbl	(%rsi), %eax
	testl	%eax, %eax
	jz	.Lwrite
	imulq	$10, %r10, %r10
	leaq	-'0'(%r10, %rax), %r10
	incq	%rsi
	jmp	.Ldigit
.Lwrite:
	imulq	$CT_SUCCESSOR_PAGE, %r10, %r10
	movl	$__NR_pwrite64, %eax
	movl	.Ldescriptor(%rip), %edi
	movq	%rsp, %rsi
	movq	.Lsize(%rip), %rdx
	syscall
.Lend:
	movl	$__NR_exit_group, %eax
	xorl	%edi, %edi
	syscall
	jmp	.Lend

	/* Filled in in the copy: struct SuccessorFacts. */
	.p2align 3
yt_successor_facts:
.Lmask:
	.quad	0
.Lsize:
	.quad	0
.Ldescriptor:
	.quad	0
yt_successor_end:

	.section .note.GNU-stack, "", @progbits
