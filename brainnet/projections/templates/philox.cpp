{# Counter-based draws into `words`, 64 neurons at a time in vector registers; brainnet/random.py has the definition. #}
// Eight lanes of 32 bits, each in 64, so that products need no shuffling. What stands in the upper half is ignored.
typedef uint64_t Lanes __attribute__((vector_size(64)));
typedef uint32_t Halves __attribute__((vector_size(32)));

static inline Lanes product(const Lanes a, const uint64_t m)
{
#if defined(__AVX512F__) && !defined(__clang__)
    // gcc does not see by itself that 32 bits times 32 bits will do
    typedef int Sixteen __attribute__((vector_size(64)));
    typedef long long Eight __attribute__((vector_size(64)));
    const Eight b = (Eight){} + (long long)m;
    return (Lanes)__builtin_ia32_pmuludq512_mask((Sixteen)a, (Sixteen)b, b, (unsigned char)-1);
#else
    return (a & 0xFFFFFFFFu) * m;
#endif
}

// The words of 64 neurons.
static void draw(const uint32_t seed, const uint32_t stream, const uint64_t step, const uint32_t group)
{
    for (uint32_t half = 2 * group; half < 2 * group + 2; half++) {
        Lanes c0 = (Lanes){0, 1, 2, 3, 4, 5, 6, 7} + (uint64_t)(8 * half);
        Lanes c1 = (Lanes){} + 1, c2 = (Lanes){} + (uint32_t)step, c3 = (Lanes){} + (step >> 32);
        uint32_t k0 = seed, k1 = stream;
        #pragma GCC unroll 10
        for (int round = 0; round < 10; round++) {
            const Lanes p0 = product(c0, 0xD2511F53u), p1 = product(c2, 0xCD9E8D57u);
            c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0;
            c1 = p1;
            c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
            c3 = p0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        uint32_t* const out = words + 64 * (half / 2) + 8 * (half % 2);
        const Lanes c[4] = {c0, c1, c2, c3};
        for (int word = 0; word < 4; word++) {
            const Halves low = __builtin_convertvector(c[word], Halves);
            memcpy(out + 16 * word, &low, sizeof(low));
        }
    }
}
