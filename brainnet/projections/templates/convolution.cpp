{# Each spike lays the kernel down. Where a group has several output channels they are the innermost axis, of the kernel
   and of a copy of the driven variable, so that additions run over contiguous numbers. #}
{% extends 'projection.cpp' %}

{% block kernel %}
const size_t IN_HEIGHT = {{ input[1] }}, IN_WIDTH = {{ input[2] }}, CHANNELS = {{ output[0] }}, HEIGHT = {{ output[1] }};
const size_t WIDTH = {{ output[2] }}, PLANE = HEIGHT * WIDTH, SIZE = {{ size }}, PER_GROUP = {{ kernel[1] }};
const size_t K_HEIGHT = {{ kernel[2] }}, K_WIDTH = {{ kernel[3] }};

{% if sum_type %}
typedef {{ sum_type }} Sum;
typedef {{ files['weights'][2] }} Element;
{% else %}
typedef Value Sum;
typedef Value Element;
{% endif %}

static inline __attribute__((always_inline)) void add_at(Sum* v, const int32_t spike, const size_t position_step, const size_t channel_step)
{
    const size_t channel = spike / (IN_HEIGHT * IN_WIDTH), y = spike / IN_WIDTH % IN_HEIGHT, x = spike % IN_WIDTH;
    Sum* const out = v + channel / PER_GROUP * SIZE * channel_step;
    const Element* const kernel = weights + channel * K_HEIGHT * K_WIDTH * SIZE;
    for (int32_t r = rows_from[y]; r < rows_from[y + 1]; r++)
        for (int32_t c = columns_from[x]; c < columns_from[x + 1]; c++) {
            Sum* const to = out + (rows[2 * r] * WIDTH + columns[2 * c]) * position_step;
            const Element* const from = kernel + (rows[2 * r + 1] * K_WIDTH + columns[2 * c + 1]) * SIZE;
            #pragma GCC ivdep
            for (size_t o = 0; o < SIZE; o++)
                to[o * channel_step] += from[o];
        }
}

static void add_one(Value* v, const int32_t* spikes, size_t n)
{
    {% if in_place %}
    for (size_t k = 0; k < n; k++)
        add_at(v, spikes[k], 1, PLANE);
    {% elif sum_type %}
    // Exact sums, channels last, then scaled and rounded once.
    static Sum last[N_POST];
    memset(last, 0, sizeof(last));
    for (size_t k = 0; k < n; k++)
        add_at(last, spikes[k], CHANNELS, 1);
    for (size_t o = 0; o < CHANNELS; o++)
        for (size_t p = 0; p < PLANE; p++)
            v[o * PLANE + p] += (Value){{ scale }} * (Value)last[p * CHANNELS + o];
    {% else %}
    static Value last[N_POST];
    for (size_t p = 0; p < PLANE; p++)
        for (size_t o = 0; o < CHANNELS; o++)
            last[p * CHANNELS + o] = v[o * PLANE + p];
    for (size_t k = 0; k < n; k++)
        add_at(last, spikes[k], CHANNELS, 1);
    for (size_t o = 0; o < CHANNELS; o++)
        for (size_t p = 0; p < PLANE; p++)
            v[o * PLANE + p] = last[p * CHANNELS + o];
    {% endif %}
}

static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    for (size_t c = 0; c < COPIES; c++)
        add_one(v + c * N_POST, spikes + from[c], from[c + 1] - from[c]);
}
{% endblock %}
