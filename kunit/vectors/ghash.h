/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GHASH values that the GCM specification of McGrew and Viega shows within its
 * test cases; each also computed again with libcrypto, as the tag plus E(K, Y0).
 */
#ifndef CRYPTORTURE_KUNIT_VECTORS_GHASH_H
#define CRYPTORTURE_KUNIT_VECTORS_GHASH_H

struct ghash_vector {
	const char *source;
	const char *h;
	const char *aad;
	const char *cipher;
	const char *result;
};

static const struct ghash_vector ghash_vectors[] = {
	{
		"GCM specification, test case 1",
		"66e94bd4ef8a2c3b884cfa59ca342b2e",
		"",
		"",
		"00000000000000000000000000000000",
	},
	{
		"GCM specification, test case 2",
		"66e94bd4ef8a2c3b884cfa59ca342b2e",
		"",
		"0388dace60b6a392f328c2b971b2fe78",
		"f38cbb1ad69223dcc3457ae5b6b0f885",
	},
	{
		"GCM specification, test case 3",
		"b83b533708bf535d0aa6e52980d53b78",
		"",
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
		"7f1b32b81b820d02614f8895ac1d4eac",
	},
	{
		"GCM specification, test case 4",
		"b83b533708bf535d0aa6e52980d53b78",
		"feedfacedeadbeeffeedfacedeadbeefabaddad2",
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
		"698e57f70e6ecc7fd9463b7260a9ae5f",
	},
	{
		"GCM specification, test case 7",
		"aae06992acbf52a3e8f4a96ec9300bd7",
		"",
		"",
		"00000000000000000000000000000000",
	},
	{
		"GCM specification, test case 8",
		"aae06992acbf52a3e8f4a96ec9300bd7",
		"",
		"98e7247c07f0fe411c267e4384b0f600",
		"e2c63f0ac44ad0e02efa05ab6743d4ce",
	},
	{
		"GCM specification, test case 9",
		"466923ec9ae682214f2c082badb39249",
		"",
		"3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710acade256",
		"51110d40f6c8fff0eb1ae33445a889f0",
	},
	{
		"GCM specification, test case 10",
		"466923ec9ae682214f2c082badb39249",
		"feedfacedeadbeeffeedfacedeadbeefabaddad2",
		"3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710",
		"ed2ce3062e4a8ec06db8b4c490e8a268",
	},
	{
		"GCM specification, test case 13",
		"dc95c078a2408989ad48a21492842087",
		"",
		"",
		"00000000000000000000000000000000",
	},
	{
		"GCM specification, test case 14",
		"dc95c078a2408989ad48a21492842087",
		"",
		"cea7403d4d606b6e074ec5d3baf39d18",
		"83de425c5edc5d498f382c441041ca92",
	},
	{
		"GCM specification, test case 15",
		"acbef20579b4b8ebce889bac8732dad7",
		"",
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
		"4db870d37cb75fcb46097c36230d1612",
	},
	{
		"GCM specification, test case 16",
		"acbef20579b4b8ebce889bac8732dad7",
		"feedfacedeadbeeffeedfacedeadbeefabaddad2",
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
		"8bd0c4d8aacd391e67cca447e8c38f65",
	},
};

#endif /* CRYPTORTURE_KUNIT_VECTORS_GHASH_H */
