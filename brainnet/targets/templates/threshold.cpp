{# As Brian2's, in two loops: the condition, which vectorises, and the gathering of spikes. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
#include <vector>
{% endblock %}

{% block extra_support_code %}
{% include 'gather.cpp' %}
{% endblock %}

{% block maincode %}
    // scalar code
    const int _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    {% set _eventspace = get_array_name(eventspace_variable) %}
    const size_t _N = {{constant_or_scalar('N', variables['N'])}};
    static std::vector<char> _conditions;
    _conditions.resize((_N + 63) / 64 * 64);
    char* const __restrict _fired = _conditions.data();
    for(size_t _idx=0; _idx<_N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
        _fired[_idx] = _cond;
    }
    const int32_t _count = gather(_fired, _N, {{_eventspace}});
    {{_eventspace}}[_N] = _count;
    {% if _uses_refractory %}
    for(int32_t _k=0; _k<_count; _k++)
    {
        const size_t _idx = {{_eventspace}}[_k];
        {{not_refractory}}[_idx] = false;
        {{lastspike}}[_idx] = {{t}};
    }
    {% endif %}
{% endblock %}

{% block after_code %}
{% set _eventspace = get_array_name(eventspace_variable) %}
{{_eventspace}}[{{constant_or_scalar('N', variables['N'])}}] = 0;  // the array has N+1 elements
{% endblock %}
