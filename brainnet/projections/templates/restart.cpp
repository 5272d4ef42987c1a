{# At the first step of each sample, as this layer sees it, state variables start again. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const int64_t _step = {{ get_array_name(variables['timestep']) }}[0] - {{ layer }};
    if (_step >= 0 && _step % {{ steps }} == 0) {
        {% for name, value in values | dictsort %}
        for (size_t _j = 0; _j < {{ variables[name].size }}; _j++)
            {{ get_array_name(variables[name]) }}[_j] = {{ value }};
        {% endfor %}
    }
{% endblock %}
