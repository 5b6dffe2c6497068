/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drivers of our own: busted-cbc-aes, busted-ctr-aes, busted-rfc4106-gcm, busted-authencesn.
 * Each passes its requests to a real driver, and a fault changes requests or results. They
 * have the lowest priority unless set otherwise, so users on the host get one only on
 * request.
 */
#ifndef CRYPTORTURE_BUSTED_WRAPPER_H
#define CRYPTORTURE_BUSTED_WRAPPER_H

#include <crypto/aes.h>
#include <linux/crypto.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct skcipher_request;

/* Which algorithms a fault wraps. */
enum yt_busted_kind {
	YT_BUSTED_CBC,
	YT_BUSTED_CTR,
	YT_BUSTED_GCM,
	YT_BUSTED_ESN,
	YT_BUSTED_KINDS,
};

static inline bool yt_busted_is_aead(enum yt_busted_kind kind)
{
	return kind == YT_BUSTED_GCM || kind == YT_BUSTED_ESN;
}

/* Of parameter priority=: what the drivers are registered with. */
#define YT_BUSTED_PRIORITY_MAX	10000
extern unsigned int yt_busted_priority;

/* Of parameters inner_cbc=, inner_ctr=, inner_gcm= and inner_esn=. */
extern char *yt_busted_inner[YT_BUSTED_KINDS];

/**
 * struct yt_busted_job - one request, of any type
 * @kind: of which driver
 * @src: as in the request; a fault may change it for the inner driver
 * @dst: likewise
 * @assoc_len: of AEADs
 * @crypt_len: likewise; a fault may change it
 * @icv_len: of AEADs
 * @iv: likewise
 * @iv_len: of the algorithm
 * @encrypt: direction
 * @flags: of the request
 * @due: the fault's turn, by aim
 * @own_iv: room for a fault that changes it
 * @turn: for a fault's own use
 * @entry: in the queue of a driver that is asynchronous
 * @request: the caller's
 */
struct yt_busted_job {
	enum yt_busted_kind kind;
	struct scatterlist *src;
	struct scatterlist *dst;
	unsigned int assoc_len;
	unsigned int crypt_len;
	unsigned int icv_len;
	u8 *iv;
	unsigned int iv_len;
	bool encrypt;
	u32 flags;
	bool due;
	u8 own_iv[16];
	u64 turn;
	struct list_head entry;
	struct crypto_async_request *request;
};

/**
 * struct yt_busted_wrap - what a fault does to requests; all may be NULL
 * @kinds: bits of enum yt_busted_kind: what is wrapped
 * @async: requests are queued and worked on later by another thread
 * @asynchronous: the drivers say that they are, and may be
 * @submit: a request has come, in its caller's context
 * @before: it is about to go to the inner driver
 * @after: the inner driver is done with it without error
 * @refused: the inner driver has refused the packet
 * @answer: returned in place of @err, where the inner driver worked synchronously;
 *	    -EINPROGRESS: the fault will complete the request
 * @begin: before the drivers are there; may sleep
 * @end: nothing of it may go on; may sleep
 * @refuse_len: keys of so many bytes are refused (skciphers only); 0: of none
 * @refuse_icv: ICVs of so many bytes are; 0: of none
 * @keep_key: a second setkey does nothing (skciphers only)
 * @cipher: works on it instead of the inner driver (skciphers only)
 */
struct yt_busted_wrap {
	unsigned int kinds;
	bool async;
	bool asynchronous;
	void (*submit)(struct yt_busted_job *job);
	void (*before)(struct yt_busted_job *job);
	void (*after)(struct yt_busted_job *job);
	void (*refused)(struct yt_busted_job *job);
	int (*answer)(struct yt_busted_job *job, int err);
	void (*begin)(void);
	void (*end)(void);
	unsigned int refuse_len;
	unsigned int refuse_icv;
	bool keep_key;
	int (*cipher)(struct yt_busted_job *job, struct skcipher_request *req,
		      struct crypto_aes_ctx *key);
};

/**
 * yt_busted_wrapper_start() - register the drivers, and let the fault loose
 * @wrap: the fault
 *
 * The kernel's own tests of them are over when it comes into force.
 *
 * Process context; may sleep.
 *
 * Return: 0; -ENOENT when there is no such inner driver, or asking for it gives
 * another one; what the crypto API says otherwise.
 */
int yt_busted_wrapper_start(const struct yt_busted_wrap *wrap);
/* Idempotent; process context; may sleep. */
void yt_busted_wrapper_stop(void);

/*
 * Between the wrapper's own files.
 *
 * yt_busted_wrapper_take() is the beginning of every request: the fault's turn,
 * and the queue. yt_busted_wrapper_skcipher() and its like do the work, in the
 * caller's context or in the queue's thread; -EINPROGRESS and -EBUSY say that
 * the inner driver calls back.
 */
int yt_busted_wrapper_take(struct yt_busted_job *job);
void yt_busted_wrapper_before(struct yt_busted_job *job);
void yt_busted_wrapper_after(struct yt_busted_job *job, int err);
/* The return value for a request that the inner driver completed synchronously. */
int yt_busted_wrapper_answer(struct yt_busted_job *job, int err);
const struct yt_busted_wrap *yt_busted_wrapper_fault(void);

int yt_busted_skcipher_register(enum yt_busted_kind kind, bool async);
void yt_busted_skcipher_unregister(enum yt_busted_kind kind);
int yt_busted_skcipher_work(struct yt_busted_job *job);

int yt_busted_aead_register(enum yt_busted_kind kind, bool async);
void yt_busted_aead_unregister(enum yt_busted_kind kind);
int yt_busted_aead_work(struct yt_busted_job *job);

#endif /* CRYPTORTURE_BUSTED_WRAPPER_H */
