/* SPDX-License-Identifier: GPL-2.0-only */
/* One page out of the direct map, and back. Process context. */
#ifndef CRYPTORTURE_COMPAT_PAGE_H
#define CRYPTORTURE_COMPAT_PAGE_H

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/smp.h>

/* User-mode Linux has one page table for everything, of another kind. */
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

/* Its entry of the page table; NULL where that is of more than this page. */
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
 * set_memory_uc() is the one call for modules that gives a page an entry of its own. The
 * memory type does not matter: nothing is there. A Xen PV guest may not write to it.
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
