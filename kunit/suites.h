/* SPDX-License-Identifier: GPL-2.0-only */
/* All suites, each from the *_test.c of the same name. */
#ifndef CRYPTORTURE_KUNIT_SUITES_H
#define CRYPTORTURE_KUNIT_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite reference_aes_suite;
extern struct kunit_suite reference_ghash_suite;
extern struct kunit_suite reference_modes_suite;
extern struct kunit_suite reference_sha_suite;
extern struct kunit_suite reference_hmac_suite;
extern struct kunit_suite reference_kat_suite;
extern struct kunit_suite reference_seal_suite;
extern struct kunit_suite packet_random_suite;
extern struct kunit_suite packet_algorithm_suite;
extern struct kunit_suite packet_wrapper_suite;
extern struct kunit_suite packet_esp_suite;
extern struct kunit_suite packet_sizes_suite;
extern struct kunit_suite packet_vector_suite;
extern struct kunit_suite packet_pieces_suite;
extern struct kunit_suite packet_layout_suite;
extern struct kunit_suite evidence_compare_suite;
extern struct kunit_suite evidence_coverage_suite;
extern struct kunit_suite evidence_gap_suite;
extern struct kunit_suite evidence_mismatch_suite;
extern struct kunit_suite evidence_suspect_suite;
extern struct kunit_suite vectors_buffer_suite;
extern struct kunit_suite cpu_config_suite;
extern struct kunit_suite vectors_meeting_suite;
extern struct kunit_suite cpu_patience_suite;
extern struct kunit_suite cpu_task_map_suite;
extern struct kunit_suite cpu_history_suite;
extern struct kunit_suite control_job_suite;

#endif /* CRYPTORTURE_KUNIT_SUITES_H */
