/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The window between filling the registers and reading them back. No C runs
 * inside of it, for no vector register would survive that. See window.h.
 */
#include <asm/unistd.h>

#include "registers/action.h"

#define CLONE_VM 0x100

	.text

/* mask: a register; rax and rdx are lost. */
.macro store_registers area mask
	testq	\mask, \mask
	jz	.Lfxsave\@
	movq	\mask, %rax
	movq	\mask, %rdx
	shrq	$32, %rdx
	xsave64	(\area)
	jmp	.Lstored\@
.Lfxsave\@:
	fxsave64 (\area)
.Lstored\@:
.endm

/* That of the action. */
.macro system_call
	movq	CT_ACTION_NUMBER(%rbx), %rax
	movq	CT_ACTION_ARGUMENTS + 0(%rbx), %rdi
	movq	CT_ACTION_ARGUMENTS + 8(%rbx), %rsi
	movq	CT_ACTION_ARGUMENTS + 16(%rbx), %rdx
	movq	CT_ACTION_ARGUMENTS + 24(%rbx), %r10
	movq	CT_ACTION_ARGUMENTS + 32(%rbx), %r8
	movq	CT_ACTION_ARGUMENTS + 40(%rbx), %r9
	syscall
.endm

/* Leaves what the C ABI wants: its own control words, which lie at (%rsp), no
 * x87 stack, and no upper halves. */
.macro restore_c mask
	testl	$4, \mask
	jz	.Lno_ymm\@
	vzeroupper
.Lno_ymm\@:
	fninit
	fldcw	4(%rsp)
	ldmxcsr	(%rsp)
	cld
.endm

/* void yt_window(const void *load, void *store, struct Action *action, uint64_t mask) */
	.globl	yt_window
	.type	yt_window, @function
	.p2align 4
yt_window:
	.cfi_startproc
	endbr64
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	.cfi_offset %rbx, -24
	pushq	%r12
	.cfi_offset %r12, -32
	pushq	%r13
	.cfi_offset %r13, -40
	subq	$24, %rsp		/* and the stack is aligned to 16 */
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movq	%rsi, %r12
	movq	%rdx, %rbx
	movq	%rcx, %r13

	testq	%r13, %r13
	jz	.Lfxrstor
	movl	%r13d, %eax
	movq	%r13, %rdx
	shrq	$32, %rdx
	xrstor64 (%rdi)
	jmp	.Lact
.Lfxrstor:
	fxrstor64 (%rdi)

.Lact:
	movl	CT_ACTION_KIND(%rbx), %eax
	cmpl	$CT_KIND_SYSCALL, %eax
	je	.Lsyscall
	cmpl	$CT_KIND_TOUCH, %eax
	je	.Ltouch
	cmpl	$CT_KIND_CODE, %eax
	je	.Lcode
	cmpl	$CT_KIND_CHILD, %eax
	je	.Lclone

	movq	CT_ACTION_SPINS(%rbx), %rcx
	movq	CT_ACTION_WORD(%rbx), %rdx
	movl	CT_ACTION_WHILE(%rbx), %esi
.Lspin:
	cmpl	%esi, (%rdx)
	jne	.Lstore
	decq	%rcx
	jnz	.Lspin
	jmp	.Lstore

.Lsyscall:
	system_call
.Lresult:
	movq	%rax, CT_ACTION_RESULT(%rbx)
	jmp	.Lstore

.Lclone:
	movl	$__NR_clone, %eax
	movl	$CLONE_VM, %edi		/* and no signal when it ends */
	xorl	%esi, %esi
	xorl	%edx, %edx
	xorl	%r10d, %r10d
	xorl	%r8d, %r8d
	syscall
	testq	%rax, %rax
	jnz	.Lresult
	jmp	.Lchild

.Ltouch:
	movq	CT_ACTION_TOUCH(%rbx), %rax
	orb	$1, (%rax)
	jmp	.Lstore

.Lcode:
	call	*CT_ACTION_CODE(%rbx)

.Lstore:
	store_registers %r12 %r13
	restore_c %r13d
	addq	$24, %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	ret

	/*
	 * In the child. The stack is the parent's, which runs on meanwhile: nothing here
	 * touches it. The action stays as it is until the child is gone.
	 */
.Lchild:
	movq	CT_ACTION_SPINS(%rbx), %r14
.Lagain:
	system_call
	movq	%rax, CT_ACTION_CHILD_RESULT(%rbx)
	movl	$__NR_getppid, %eax
	syscall
	cmpl	CT_ACTION_PARENT(%rbx), %eax
	jne	.Lexit
	movq	CT_ACTION_WORD(%rbx), %rdx
	movl	CT_ACTION_WHILE(%rbx), %esi
	cmpl	%esi, (%rdx)
	jne	.Lleave
	decq	%r14
	jnz	.Lagain
	jmp	.Lexit
.Lleave:
	movq	CT_ACTION_CHILD_STORE(%rbx), %r12
	store_registers %r12 %r13
	movq	$1, CT_ACTION_CHILD_DONE(%rbx)
.Lexit:
	movl	$__NR_exit_group, %eax
	xorl	%edi, %edi
	syscall
	jmp	.Lexit
	.cfi_endproc
	.size	yt_window, . - yt_window

/* void yt_load(const void *load, uint64_t mask) */
	.globl	yt_load
	.type	yt_load, @function
	.p2align 4
yt_load:
	.cfi_startproc
	endbr64
	subq	$8, %rsp
	.cfi_def_cfa_offset 16
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	testq	%rsi, %rsi
	jz	.Lload_legacy
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	xrstor64 (%rdi)
	jmp	.Lloaded
.Lload_legacy:
	fxrstor64 (%rdi)
.Lloaded:
	fninit
	fldcw	4(%rsp)
	ldmxcsr	(%rsp)
	addq	$8, %rsp
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
	.size	yt_load, . - yt_load

	.section .note.GNU-stack, "", @progbits
