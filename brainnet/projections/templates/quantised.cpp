{# Rows of integers: exact partial sums in registers, as long as they cannot overflow, then totals in 32 bits. #}
{% extends 'projection.cpp' %}

{% block kernel %}
const size_t STRIDE = {{ stride }}, LONGEST = {{ longest }}, PACKED = {{ 4 if weight_type == 'ternary' else 1 }};  // columns in a weight
{% if weight_type == 'ternary' %}
// A byte holds four columns of 2 bits, which are added as bytes; none is unpacked before.
enum { COLUMNS = 256, BYTES = COLUMNS / 4, MOST = REGISTERS * VECTOR_BYTES > COLUMNS ? REGISTERS * VECTOR_BYTES / COLUMNS : 1 };
typedef uint8_t Element;
typedef uint8_t Fields __attribute__((vector_size(BYTES)));
typedef uint16_t Pairs __attribute__((vector_size(BYTES)));

template <int R> static inline __attribute__((always_inline)) void sum_rows(int32_t* total, const uint8_t* w, const int32_t* spikes, size_t n)
{
    Fields sum[4 * R] = {};
    for (size_t k = 0; k < n; k++) {
        const Pairs* row = (const Pairs*)(w + STRIDE * spikes[k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++) {
            const Pairs packed = row[r];
            // shifts of 16 bits move bits of a byte into the next one, where the mask takes them away
            #pragma GCC unroll 4
            for (int f = 0; f < 4; f++)
                sum[4 * r + f] += (Fields)((packed >> 2 * f) & (uint16_t)0x0303);
        }
    }
    for (int r = 0; r < 4 * R; r++)
        for (size_t j = 0; j < BYTES; j++)
            total[r * BYTES + j] += sum[r][j] - (int32_t)n;  // fields count from -1
}
{% else %}
typedef {{ weight_type }} Element;
typedef {{ word_type }} Word;
// A word holds two columns, in its low and in its high half. Sums of whole words, which may wrap, and of the high halves
// alone give both, since neither sum of halves exceeds a word. No weight is widened on the way.
enum { BYTES = 64, COLUMNS = BYTES / sizeof(Element) };
const Word HALF = 8 * sizeof(Element);
enum { MOST = REGISTERS * VECTOR_BYTES > 2 * BYTES ? REGISTERS * VECTOR_BYTES / (2 * BYTES) : 1 };
typedef Word Words __attribute__((vector_size(BYTES)));

template <int R> static inline __attribute__((always_inline)) void sum_rows(int32_t* total, const Element* w, const int32_t* spikes, size_t n)
{
    Words all[R] = {}, high[R] = {};
    for (size_t k = 0; k < n; k++) {
        const Words* row = (const Words*)(w + STRIDE * spikes[k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++) {
            all[r] += row[r];
            high[r] += row[r] >> HALF;
        }
    }
    Word flat[R * COLUMNS];
    #pragma GCC unroll 32
    for (int r = 0; r < R; r++) {
        const Words low = all[r] - (high[r] << HALF);
        memcpy(flat + r * COLUMNS, &low, sizeof(low));
        memcpy(flat + r * COLUMNS + COLUMNS / 2, &high[r], sizeof(low));
    }
    for (size_t j = 0; j < R * COLUMNS; j++)
        total[j] += flat[j] + {{ lowest }} * (int32_t)n;  // weights count from the lowest one
}
{% endif %}

// A block of columns for all copies; its weights stay near while copies take turns.
template <int R> static inline void add_copies(Value* v, const Element* w, const int32_t* spikes, const size_t* from, size_t columns)
{
    for (size_t c = 0; c < COPIES; c++) {
        if (from[c] == from[c + 1])
            continue;
        int32_t total[R * COLUMNS] = {};
        for (size_t k = from[c]; k < from[c + 1]; k += LONGEST)
            sum_rows<R>(total, w, spikes + k, from[c + 1] - k < LONGEST ? from[c + 1] - k : LONGEST);
        for (size_t j = 0; j < columns; j++)
            v[c * N_POST + j] += (Value){{ scale }} * (Value)total[j];
    }
}

static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    const size_t ALL = (N_POST + COLUMNS - 1) / COLUMNS, PASSES = (ALL + MOST - 1) / MOST;
    const size_t WIDE = (ALL + PASSES - 1) / PASSES, REST = ALL % WIDE ? ALL % WIDE : WIDE;
    size_t j = 0;
    for (; j < (ALL - REST) * COLUMNS; j += WIDE * COLUMNS)
        add_copies<WIDE>(v + j, weights + j / PACKED, spikes, from, WIDE * COLUMNS);
    add_copies<REST>(v + j, weights + j / PACKED, spikes, from, N_POST - j);
}
{% endblock %}
