{# Rows of integers: exact partial sums in registers, as long as they cannot overflow, then totals in 32 bits. #}
{% extends 'projection.cpp' %}

{% block kernel %}
typedef {{ weight_type }} Weight;
typedef {{ sum_type }} Sum;
const size_t LANES = VECTOR_BYTES / sizeof(Sum), STRIDE = {{ stride }}, LONGEST = {{ longest }};
typedef Sum Sums __attribute__((vector_size(VECTOR_BYTES)));
typedef Weight Weights __attribute__((vector_size(LANES * sizeof(Weight))));
const size_t ALL = (N_POST + LANES - 1) / LANES;
static int32_t totals[ALL * LANES];

template <int R> static inline void add_block(int32_t* total, const Weight* w, const int32_t* spikes, size_t n)
{
    Sums sum[R] = {};
    for (size_t k = 0; k < n; k++) {
        const Weights* row = (const Weights*)(w + STRIDE * spikes[k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++)
            sum[r] += __builtin_convertvector(row[r], Sums);
    }
    Sum flat[R * LANES];
    memcpy(flat, sum, sizeof(flat));
    for (size_t j = 0; j < R * LANES; j++)
        total[j] += flat[j];
}

static void add(Value* v, const int32_t* spikes, size_t n)
{
    const size_t PASSES = (ALL + REGISTERS) / (REGISTERS + 1);  // one more than for floats: sums only, no operand
    const size_t WIDE = (ALL + PASSES - 1) / PASSES, REST = ALL % WIDE ? ALL % WIDE : WIDE;
    memset(totals, 0, sizeof(totals));
    for (size_t from = 0; from < n; from += LONGEST) {
        const size_t count = n - from < LONGEST ? n - from : LONGEST;
        size_t j = 0;
        for (; j < (ALL - REST) * LANES; j += WIDE * LANES)
            add_block<WIDE>(totals + j, weights + j, spikes + from, count);
        add_block<REST>(totals + j, weights + j, spikes + from, count);
    }
    for (size_t j = 0; j < N_POST; j++)
        v[j] += (Value){{ scale }} * (Value)totals[j];
}
{% endblock %}
