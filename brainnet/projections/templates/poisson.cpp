{# What many Poisson sources bring: a number of spikes for each neuron, by inversion of one random word. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
{% endblock %}

{% block extra_support_code %}
const size_t GROUPS = ({{ n }} + 63) / 64;
static uint32_t words[GROUPS * 64] __attribute__((aligned(64)));
{% include 'philox.cpp' %}
{% endblock %}

{% block maincode %}
    typedef {{ c_data_type(variables['_onto'].dtype) }} Value;
    const uint32_t _seed = {{ get_array_name(variables['seed']) }}[0], _stream = {{ get_array_name(variables['stream']) }}[0];
    const uint64_t _step = {{ get_array_name(variables['timestep']) }}[0];
    Value* const __restrict _v = {{ get_array_name(variables['_onto']) }} + {{ start }};
    {% if '_allowed' in variables %}
    const char* const __restrict _allowed = {{ get_array_name(variables['_allowed']) }} + {{ start }};
    {% endif %}
    for (size_t _group = 0; _group < GROUPS; _group++) {
        draw(_seed, _stream, _step, _group);
        const uint32_t* const _words = words + 64 * _group;
        uint32_t _count[64];
        for (int _j = 0; _j < 64; _j++)
            _count[_j] = {{ least }};
        {% for threshold in steps %}
        for (int _j = 0; _j < 64; _j++)
            _count[_j] += _words[_j] >= {{ threshold }}u;
        {% endfor %}
        const size_t _start = 64 * _group, _end = _start + 64 < {{ n }} ? _start + 64 : {{ n }};
        for (size_t _j = _start; _j < _end; _j++) {
            const Value _new = _v[_j] + (Value){{ weight }} * (Value)(int32_t)_count[_j - _start];
            {% if '_allowed' in variables %}
            _v[_j] = _allowed[_j] ? _new : _v[_j];
            {% else %}
            _v[_j] = _new;
            {% endif %}
        }
    }
{% endblock %}
