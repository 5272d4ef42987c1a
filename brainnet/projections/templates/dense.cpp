{# A block of columns stays in registers while the rows of all spikes pass, in order: each neuron sees the same sum as
   with single synapses, and is loaded and stored once. Copies take turns at a block, whose weights stay near. #}
{% extends 'projection.cpp' %}

{% block kernel %}
const size_t LANES = VECTOR_BYTES / sizeof(Value), STRIDE = {{ stride }};
typedef Value Vector __attribute__((vector_size(VECTOR_BYTES)));
typedef Value Loose __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(Value))));

template <int R> static inline __attribute__((always_inline)) void add_block(Loose* sums, const Value* w, const int32_t* spikes, size_t n)
{
    Vector sum[R];
    #pragma GCC unroll 32
    for (int r = 0; r < R; r++)
        sum[r] = sums[r];
    for (size_t k = 0; k < n; k++) {
        const Vector* row = (const Vector*)(w + STRIDE * spikes[k]);
        const Vector* soon = (const Vector*)(w + STRIDE * spikes[k + 2 < n ? k + 2 : k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++) {
            __builtin_prefetch(soon + r);
            sum[r] += row[r];
        }
    }
    #pragma GCC unroll 32
    for (int r = 0; r < R; r++)
        sums[r] = sum[r];
}

template <int R> static inline void add_columns(Value* v, const Value* w, const int32_t* spikes, size_t n, size_t columns)
{
    if (columns == R * LANES)
        return add_block<R>((Loose*)v, w, spikes, n);
    Loose sums[R];
    memcpy(sums, v, columns * sizeof(Value));
    add_block<R>(sums, w, spikes, n);
    memcpy(v, sums, columns * sizeof(Value));
}

// A block of columns for all copies.
template <int R> static void add_copies(Value* v, const Value* w, const int32_t* spikes, const size_t* from, size_t columns)
{
    {% if copies > 1 and product_above < 1 %}
    if (from[COPIES] > {{ product_above }} * N_PRE * COPIES) {
        // Dense spikes: a matrix product. Of 32 rows, which stay in the first cache, each copy adds those that spike,
        // so that every weight comes from further away once for all copies; the order of additions is the same.
        static size_t done[COPIES];
        memcpy(done, from, sizeof(done));
        for (size_t end = 32; end < N_PRE + 32; end += 32)
            for (size_t c = 0; c < COPIES; c++) {
                const size_t start = done[c];
                while (done[c] < from[c + 1] && spikes[done[c]] < (int32_t)end)
                    done[c]++;
                if (done[c] > start)
                    add_columns<R>(v + c * N_POST, w, spikes + start, done[c] - start, columns);
            }
        return;
    }
    {% endif %}
    for (size_t c = 0; c < COPIES; c++)
        if (from[c + 1] > from[c])
            add_columns<R>(v + c * N_POST, w, spikes + from[c], from[c + 1] - from[c], columns);
}

static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    const size_t ALL = (N_POST + LANES - 1) / LANES, PASSES = (ALL + REGISTERS - 1) / REGISTERS;
    const size_t WIDE = (ALL + PASSES - 1) / PASSES, REST = ALL % WIDE ? ALL % WIDE : WIDE;
    size_t j = 0;
    for (; j < (ALL - REST) * LANES; j += WIDE * LANES)
        add_copies<WIDE>(v + j, weights + j, spikes, from, WIDE * LANES);
    add_copies<REST>(v + j, weights + j, spikes, from, N_POST - j);
}
{% endblock %}
