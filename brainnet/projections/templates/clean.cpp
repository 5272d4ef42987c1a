{# Before the first step: synapses that are gone have no weight. #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    static bool _cleaned = false;
    if (_cleaned)
        return;
    _cleaned = true;
    const char* const _kept = {{ get_array_name(variables['kept']) }};
    for (size_t _n = 0; _n < {{ variables['w'].size }}; _n++)
        if (!_kept[_n])
            {{ get_array_name(variables['w']) }}[_n] = 0;
{% endblock %}
