/* SPDX-License-Identifier: GPL-2.0-only */
/* Unmap one page from the direct map, and map it again. Process context. */
#ifndef CRYPTORTURE_COMPAT_PAGE_H
#define CRYPTORTURE_COMPAT_PAGE_H

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/smp.h>

/* User-mode Linux has a different page table. */
#ifdef CONFIG_UML

static inline int yt_page_unmap(void *page)
{
	return -EOPNOTSUPP;
}

static inline void yt_page_map(void *page)
{
}

#else

#include <asm/cpufeature.h>
#include <asm/pgtable_types.h>
#include <asm/set_memory.h>

static inline void yt_page_forget_here(void *page)
{
	asm volatile("invlpg (%0)" : : "r" (page) : "memory");
}

/* The page table entry of the page; NULL when it maps more than this page. */
static inline pte_t *yt_page_entry(void *page)
{
	unsigned int level;
	pte_t *entry = lookup_address((unsigned long)page, &level);

	return entry && level == PG_LEVEL_4K ? entry : NULL;
}

static inline void yt_page_map(void *page)
{
	pte_t *entry = yt_page_entry(page);

	WRITE_ONCE(*entry, pte_set_flags(*entry, _PAGE_PRESENT));
	on_each_cpu(yt_page_forget_here, page, 1);
	set_memory_wb((unsigned long)page, 1);
}

/*
 * set_memory_uc() is the only exported call that splits a large page. The
 * memory type does not matter: the page gets unmapped. A Xen PV guest may not write to it.
 */
static inline int yt_page_unmap(void *page)
{
	pte_t *entry;
	int err;

	if (boot_cpu_has(X86_FEATURE_XENPV))
		return -EOPNOTSUPP;
	err = set_memory_uc((unsigned long)page, 1);
	if (err)
		return err;
	entry = yt_page_entry(page);
	if (!entry) {
		set_memory_wb((unsigned long)page, 1);
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(*entry, pte_clear_flags(*entry, _PAGE_PRESENT));
	on_each_cpu(yt_page_forget_here, page, 1);
	return 0;
}

#endif /* !CONFIG_UML */

#endif /* CRYPTORTURE_COMPAT_PAGE_H */
