{# Neurons that spike at random: the draw of each against its probability. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
{% endblock %}

{% block extra_support_code %}
{% include 'gather.cpp' %}

const size_t COPIES = {{ copies }}, N_NEURONS = {{ n }}, GROUPS = (N_NEURONS + 63) / 64;  // of one copy
static uint32_t words[GROUPS * 64] __attribute__((aligned(64)));

{% include 'philox.cpp' %}
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
