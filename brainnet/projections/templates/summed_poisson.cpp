{# Poisson numbers of input spikes, one draw a neuron, by comparison with the steps of the distribution function. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
{% endblock %}

{% block extra_support_code %}
typedef {{ c_data_type(variables['_onto'].dtype) }} Value;
const size_t N_NEURONS = {{ n }}, GROUPS = (N_NEURONS + 63) / 64, EDGES = {{ edges | length }};
{% include 'words.cpp' %}

static const uint32_t edges[EDGES + 1] = { {%- for edge in edges %}{{ edge }}u, {% endfor %}0u};
static const Value amounts[EDGES + 1] = { {%- for amount in amounts %}(Value){{ amount }}, {% endfor -%} };
{% endblock %}

{% block maincode %}
    const uint64_t _step = {{ get_array_name(variables['timestep']) }}[0];
    Value* const __restrict _v = {{ get_array_name(variables['_onto']) }} + {{ start }};
    {% if '_allowed' in variables %}
    const char* const __restrict _allowed = {{ get_array_name(variables['_allowed']) }} + {{ start }};
    {% endif %}
    for (size_t _group = 0; _group < GROUPS; _group++) {
        draw({{ seed }}u, {{ stream }}u, _step, _group);
        const uint32_t* const __restrict _words = words + 64 * _group;
        uint32_t _count[64] __attribute__((aligned(64))) = {0};
        for (size_t _edge = 0; _edge < EDGES; _edge++)
            for (size_t _j = 0; _j < 64; _j++)
                _count[_j] += _words[_j] >= edges[_edge];
        const size_t _start = 64 * _group, _n = _start + 64 < N_NEURONS ? 64 : N_NEURONS - _start;
        for (size_t _j = 0; _j < _n; _j++)
        {% if '_allowed' in variables %}
            _v[_start + _j] = _allowed[_start + _j] ? _v[_start + _j] + amounts[_count[_j]] : _v[_start + _j];
        {% else %}
            _v[_start + _j] += amounts[_count[_j]];
        {% endif %}
    }
{% endblock %}
