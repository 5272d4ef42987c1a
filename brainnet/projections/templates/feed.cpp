{# At the first step of each sample, as this layer sees it, its row of the file becomes a variable of the group; after the last one and the
   steps in which the later layers finish it, the program stops. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include "network.h"
{% endblock %}
{% block maincode %}
    const int64_t _step = {{ get_array_name(variables['timestep']) }}[0] - {{ layer }};
    const int64_t _first = {{ get_array_name(variables['first']) }}[0], _stop = {{ get_array_name(variables['end']) }}[0];
    if (_step == (_stop - _first) * {{ steps }} + {{ depth - layer }})
        Network::_globally_stopped = true;
    if (_step >= 0 && _step % {{ steps }} == 0) {
        static FILE* _file = fopen("{{ path }}", "rb");
        static {{ row_type }} _row[{{ n }}];
        const int64_t _sample = _first + _step / {{ steps }};
        const bool _inside = _sample < _stop;
        if (_inside && (!_file || fseek(_file, _sample * sizeof(_row), SEEK_SET) || fread(_row, sizeof(_row), 1, _file) != 1)) {
            fprintf(stderr, "error: cannot read sample %ld of {{ path }}\n", (long)_sample);
            exit(1);
        }
        for (size_t _j = 0; _j < {{ n }}; _j++)
            {{ get_array_name(variables['_variable']) }}[_j] = _inside ? _row[_j] : 0;
        {% if mark %}
        typedef std::chrono::steady_clock Watch;
        static Watch::time_point _said = Watch::now();
        if (Watch::now() - _said > std::chrono::milliseconds(200)) {
            printf("{{ mark }} %.6f\n", (double)(_sample - _first) / (_stop - _first));
            fflush(stdout);
            _said = Watch::now();
        }
        {% endif %}
    }
{% endblock %}
