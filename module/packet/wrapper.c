// SPDX-License-Identifier: GPL-2.0-only
#include "packet/wrapper.h"

#define SEQIV	"seqiv(rfc4106(gcm(aes)))"

/* The library works synchronously in every context. */
static bool has_internal_form(const char *driver)
{
	return !strstr(driver, "-lib");
}

static bool is_wrapped(const struct yt_algorithm *alg, const char *driver)
{
	return !strchr(driver, '(') && !yt_algorithm_makes_iv(alg) &&
	       yt_driver_name_is_simd(driver) &&
	       !yt_driver_name_is_internal(driver);
}

bool yt_wrapper_make(struct yt_wrapper *wrapper,
		     const struct yt_algorithm *alg, const char *driver,
		     unsigned int number)
{
	const char *templates[3];
	unsigned int count = 0;
	int len;

	if (!is_wrapped(alg, driver))
		return false;
	if (has_internal_form(driver))
		templates[count++] = "cryptd(__";
	if (yt_algorithm_is_aead(alg))
		templates[count++] = "pcrypt(";
	wrapper->alg = alg;
	if (alg->form == YT_FORM_RFC4106 && number == count) {
		wrapper->alg = &yt_algorithms[yt_algorithm_find(SEQIV)];
		templates[count++] = "seqiv(";
	}
	if (number >= count)
		return false;
	len = snprintf(wrapper->name, sizeof(wrapper->name), "%s%s)",
		       templates[number], driver);
	return len > 0 && len < (int)sizeof(wrapper->name);
}
