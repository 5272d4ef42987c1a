{# Each spike adds the entries of its channel and phase (its position within a stride), all of them at fixed distances,
   to a copy of the driven variable with a margin: no border needs a test. What falls into the margin is never read. #}
{% extends 'projection.cpp' %}

{% block kernel %}
{% include 'entries.cpp' %}

const size_t IN_HEIGHT = {{ input[1] }}, IN_WIDTH = {{ input[2] }}, CHANNELS = {{ output[0] }}, HEIGHT = {{ output[1] }};
const size_t WIDTH = {{ output[2] }}, TALL = {{ room[0] }}, WIDE = {{ room[1] }};
const size_t STRIDE_Y = {{ stride[0] }}, STRIDE_X = {{ stride[1] }}, BEFORE_Y = {{ before[0] }}, BEFORE_X = {{ before[1] }};

static void add_one(Value* v, const int32_t* spikes, const size_t n)
{
    static Value with_margin[CHANNELS * TALL * WIDE];
    Value* const inside = with_margin + {{ margin[0] }} * WIDE + {{ margin[1] }};
    for (size_t o = 0; o < CHANNELS; o++)
        for (size_t y = 0; y < HEIGHT; y++)
            memcpy(inside + (o * TALL + y) * WIDE, v + (o * HEIGHT + y) * WIDTH, WIDTH * sizeof(Value));
    for (size_t k = 0; k < n; k++) {
        const size_t channel = spikes[k] / (IN_HEIGHT * IN_WIDTH);
        const size_t y = spikes[k] / IN_WIDTH % IN_HEIGHT + BEFORE_Y, x = spikes[k] % IN_WIDTH + BEFORE_X;
        const size_t phase = y % STRIDE_Y * STRIDE_X + x % STRIDE_X;
        add_segment(with_margin + y / STRIDE_Y * WIDE + x / STRIDE_X, channel * STRIDE_Y * STRIDE_X + phase);
    }
    for (size_t o = 0; o < CHANNELS; o++)
        for (size_t y = 0; y < HEIGHT; y++)
            memcpy(v + (o * HEIGHT + y) * WIDTH, inside + (o * TALL + y) * WIDE, WIDTH * sizeof(Value));
}

static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    for (size_t c = 0; c < COPIES; c++)
        if (from[c + 1] > from[c])
            add_one(v + c * N_POST, spikes + from[c], from[c + 1] - from[c]);
}
{% endblock %}
