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
{% elif weight_type == 'uint8_t' %}
typedef uint8_t Element;
// A vector holds two columns in each 16 bits: the low byte and the high byte. Sums of the whole 16 bits, which may wrap,
// and of the high bytes alone give both, since neither sum of bytes exceeds 16 bits. No byte is widened on the way.
enum { COLUMNS = 64, MOST = REGISTERS * VECTOR_BYTES > 2 * COLUMNS ? REGISTERS * VECTOR_BYTES / (2 * COLUMNS) : 1 };
typedef uint16_t Words __attribute__((vector_size(COLUMNS)));

template <int R> static inline __attribute__((always_inline)) void sum_rows(int32_t* total, const uint8_t* w, const int32_t* spikes, size_t n)
{
    Words all[R] = {}, high[R] = {};
    for (size_t k = 0; k < n; k++) {
        const Words* row = (const Words*)(w + STRIDE * spikes[k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++) {
            all[r] += row[r];
            high[r] += row[r] >> 8;
        }
    }
    uint16_t flat[R * COLUMNS];
    #pragma GCC unroll 32
    for (int r = 0; r < R; r++) {
        const Words low = all[r] - (high[r] << 8);
        memcpy(flat + r * COLUMNS, &low, sizeof(low));
        memcpy(flat + r * COLUMNS + COLUMNS / 2, &high[r], sizeof(low));
    }
    for (size_t j = 0; j < R * COLUMNS; j++)
        total[j] += flat[j] + {{ lowest }} * (int32_t)n;  // bytes count from the lowest weight
}
{% else %}
typedef int16_t Element;
enum { COLUMNS = VECTOR_BYTES / sizeof(int32_t), MOST = REGISTERS };
typedef int32_t Sums __attribute__((vector_size(VECTOR_BYTES)));
typedef int16_t Weights __attribute__((vector_size(VECTOR_BYTES / 2)));

template <int R> static inline __attribute__((always_inline)) void sum_rows(int32_t* total, const int16_t* w, const int32_t* spikes, size_t n)
{
    Sums sum[R];
    memcpy(sum, total, sizeof(sum));
    for (size_t k = 0; k < n; k++) {
        const Weights* row = (const Weights*)(w + STRIDE * spikes[k]);
        #pragma GCC unroll 32
        for (int r = 0; r < R; r++)
            sum[r] += __builtin_convertvector(row[r], Sums);
    }
    memcpy(total, sum, sizeof(sum));
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
