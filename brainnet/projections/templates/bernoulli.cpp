{# Counter-based draws, 64 neurons at a time in vector registers; see brainnet/spec/random.py for the definition. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
{% endblock %}

{% block extra_support_code %}
{% include 'gather.cpp' %}

const size_t COPIES = {{ copies }}, N_NEURONS = {{ n }}, GROUPS = (N_NEURONS + 63) / 64;  // of one copy
static uint32_t words[GROUPS * 64] __attribute__((aligned(64)));

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
{% endblock %}

{% block maincode %}
    const uint32_t _seed = {{ get_array_name(variables['seed']) }}[0], _stream = {{ get_array_name(variables['stream']) }}[0];
    const uint64_t _step = {{ get_array_name(variables['first_step']) }}[0] + {{ get_array_name(variables['timestep']) }}[0];
    int32_t* const __restrict _spikes = {{ get_array_name(variables['_spikespace']) }};
    static char _fired[(COPIES * N_NEURONS + 63) / 64 * 64];
    for (size_t _copy = 0; _copy < COPIES; _copy++) {
        const {{ c_data_type(variables['p'].dtype) }}* const __restrict _p = {{ get_array_name(variables['p']) }} + _copy * N_NEURONS;
        char* const __restrict _now = _fired + _copy * N_NEURONS;
        for (size_t _group = 0; _group < GROUPS; _group++) {
            const size_t _start = 64 * _group, _end = _start + 64 < N_NEURONS ? _start + 64 : N_NEURONS;
            // No draw depends on another one: where all are silent, as at the edge of an image, none is needed.
            int _any = 0;
            for (size_t _j = _start; _j < _end; _j++)
                _any |= _p[_j] > 0;
            if (_any)
                draw(_seed, _stream, _step + _copy * {{ apart }}, _group);
        }
        for (size_t _j = 0; _j < N_NEURONS; _j++)
            _now[_j] = (double)words[_j] < _p[_j] * 4294967296.0;
    }
    _spikes[COPIES * N_NEURONS] = gather(_fired, COPIES * N_NEURONS, _spikes);
{% endblock %}
