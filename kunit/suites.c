// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place that registers suites: each is defined in its own *_test.c,
 * declared in suites.h and named here. kunit/run demands every case of every
 * *_test.c, and refuses a suite that is not here.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "stock_kernel.h"
#include "suites.h"

kunit_test_suites(&reference_aes_suite,
		  &reference_ghash_suite,
		  &reference_modes_suite,
		  &reference_sha_suite,
		  &reference_hmac_suite,
		  &reference_kat_suite,
		  &reference_seal_suite,
		  &packet_random_suite,
		  &packet_algorithm_suite,
		  &packet_wrapper_suite,
		  &packet_esp_suite,
		  &packet_sizes_suite,
		  &packet_vector_suite,
		  &packet_pieces_suite,
		  &packet_layout_suite,
		  &evidence_compare_suite,
		  &evidence_coverage_suite,
		  &evidence_gap_suite,
		  &evidence_mismatch_suite,
		  &evidence_suspect_suite,
		  &vectors_buffer_suite,
		  &cpu_config_suite,
		  &vectors_meeting_suite,
		  &cpu_patience_suite,
		  &cpu_task_map_suite,
		  &cpu_history_suite,
		  &control_job_suite);

MODULE_DESCRIPTION("KUnit suites of cryptorture");
MODULE_LICENSE("GPL");
