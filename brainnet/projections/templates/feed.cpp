{# At the first step of each sample, its row of the file becomes a variable of the group. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <cstdio>
#include <cstdlib>
{% endblock %}
{% block maincode %}
    const int64_t _step = {{ get_array_name(variables['timestep']) }}[0];
    if (_step % {{ steps }} == 0) {
        static FILE* _file = fopen("{{ path }}", "rb");
        static {{ row_type }} _row[{{ n }}];
        const int64_t _sample = {{ get_array_name(variables['first']) }}[0] + _step / {{ steps }};
        const bool _inside = _sample < {{ samples }};  // then come steps in which later layers finish the last sample
        if (_inside && (!_file || fseek(_file, _sample * sizeof(_row), SEEK_SET) || fread(_row, sizeof(_row), 1, _file) != 1)) {
            fprintf(stderr, "error: cannot read sample %ld of {{ path }}\n", (long)_sample);
            exit(1);
        }
        for (size_t _j = 0; _j < {{ n }}; _j++)
            {{ get_array_name(variables['_variable']) }}[_j] = _inside ? _row[_j] * {{ factor }} : 0;
    }
{% endblock %}
