{# A block of columns stays in registers while the rows of all spikes pass, in order: each neuron sees the same sum as
   with single synapses, and is loaded and stored once. #}
{% extends 'projection.cpp' %}

{% block kernel %}
typedef Value Vector __attribute__((vector_size(VECTOR_BYTES)));
const size_t LANES = VECTOR_BYTES / sizeof(Value), STRIDE = {{ stride }};

template <int R> static inline __attribute__((always_inline)) void add_block(Vector* sums, const Value* w, const int32_t* spikes, size_t n)
{
    Vector sum[R];
    #pragma GCC unroll 32
    for (int r = 0; r < R; r++)
        sum[r] = sums[r];
    for (size_t k = 0; k < n; k++) {
        const Vector* row = (const Vector*)(w + STRIDE * spikes[k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++)
            sum[r] += row[r];
    }
    #pragma GCC unroll 32
    for (int r = 0; r < R; r++)
        sums[r] = sum[r];
}

template <int R> static inline void add_columns(Value* v, const Value* w, const int32_t* spikes, size_t n, size_t columns)
{
    Vector sums[R];
    memcpy(sums, v, columns * sizeof(Value));
    add_block<R>(sums, w, spikes, n);
    memcpy(v, sums, columns * sizeof(Value));
}

static void add(Value* v, const int32_t* spikes, size_t n)
{
    const size_t ALL = (N_POST + LANES - 1) / LANES, PASSES = (ALL + REGISTERS - 1) / REGISTERS;
    const size_t WIDE = (ALL + PASSES - 1) / PASSES, REST = ALL % WIDE ? ALL % WIDE : WIDE;
    size_t j = 0;
    for (; j < (ALL - REST) * LANES; j += WIDE * LANES)
        add_columns<WIDE>(v + j, weights + j, spikes, n, WIDE * LANES);
    add_columns<REST>(v + j, weights + j, spikes, n, N_POST - j);
}
{% endblock %}
