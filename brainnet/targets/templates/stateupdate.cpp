{# As Brian2's, with exponentials that vectorise in place of those of the C library. #}
{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstring>
{% endblock %}

{% block extra_support_code %}
{% include 'exponentials.cpp' %}
{% endblock %}

{% block maincode %}
    [[maybe_unused]] const _VectorExp exp{};  // these hide the functions of the same names
    [[maybe_unused]] const _VectorExprel _exprel{};
    // scalar code
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    const int _N = {{constant_or_scalar('N', variables['N'])}};
    {{openmp_pragma('parallel-static')}}
    for(int _idx=0; _idx<_N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
    }
{% endblock %}
