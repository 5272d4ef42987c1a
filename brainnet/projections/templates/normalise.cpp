{# Brings the sum of each column to a given value. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <vector>
{% endblock %}
{% block extra_support_code %}
const size_t N_PRE = {{ n_pre }}, N_POST = {{ n_post }};
{% if 'kept' in variables %}
{% include 'left.cpp' %}
{% endif %}
{% if not 'total' in variables %}
static const {{ c_data_type(variables['w'].dtype) }} TOTAL[N_POST] = { {{ total }} };
{% endif %}
{% endblock %}
{% block maincode %}
    {% if '_gate' in variables %}
    if (!{{ get_array_name(variables['_gate']) }}[0])
        return;
    {% endif %}
    typedef {{ c_data_type(variables['w'].dtype) }} Value;
    Value* const __restrict _w = {{ get_array_name(variables['w']) }};
    {% if 'total' in variables %}
    const Value* const TOTAL = {{ get_array_name(variables['total']) }};
    {% endif %}
    static Value _factor[N_POST];
    for (size_t _j = 0; _j < N_POST; _j++)
        _factor[_j] = 0;
    {% if 'kept' in variables %}
    static const Left _left({{ get_array_name(variables['kept']) }}, true);
    {% endif %}
    {% set at = '_n' if form == 'rows' else '_i * N_POST + _j' %}
    {% for change in ['_factor[_j] += _w[' ~ at ~ ']', '_w[' ~ at ~ '] *= _factor[_j]'] %}
    {% if not loop.first %}
    for (size_t _j = 0; _j < N_POST; _j++)
        _factor[_j] = !(_factor[_j] > 0) ? 1 : TOTAL[_j] / _factor[_j];
    {% endif %}
    {% if form == 'rows' %}
    for (size_t _n = 0; _n < {{ n }}; _n++) {
        const size_t _j = {{ get_array_name(variables['_j_of']) }}[_n];
        {{ change }};
    }
    {% else %}
    for (size_t _i = 0; _i < N_PRE; _i++) {
        {% if 'kept' in variables %}
        if (_left.few) {
            for (size_t _n = _left.start[_i]; _n < _left.start[_i + 1]; _n++) {
                const size_t _j = _left.other[_n];
                {{ change }};
            }
            continue;
        }
        {% endif %}
        for (size_t _j = 0; _j < N_POST; _j++)
            {{ change }};
    }
    {% endif %}
    {% endfor %}
{% endblock %}
