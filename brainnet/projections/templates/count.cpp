{# Spikes of one sample, by step and neuron or all together, written when the sample ends for this layer. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <cstdio>
#include <cstdlib>
#include <cstring>
{% endblock %}
{% block maincode %}
    const int64_t _step = {{ get_array_name(variables['timestep']) }}[0] - {{ layer }};
    if (_step >= 0) {
        static FILE* _file = fopen((results_dir + "{{ file }}").c_str(), "wb");
        const int32_t* _spikes = {{ get_array_name(variables['_spikespace']) }};
        const int32_t _count = _spikes[{{ variables['_spikespace'].size - 1 }}];
        {% if by_step %}
        static uint8_t _record[{{ steps }}][{{ n }}];
        for (int32_t _k = 0; _k < _count; _k++)
            _record[_step % {{ steps }}][_spikes[_k]]++;
        {% else %}
        static int64_t _record[1];
        _record[0] += _count;
        {% endif %}
        if (_step % {{ steps }} == {{ steps }} - 1) {
            if (!_file || fwrite(_record, sizeof(_record), 1, _file) != 1) {
                fprintf(stderr, "error: cannot write {{ file }}\n");
                exit(1);
            }
            memset(_record, 0, sizeof(_record));
        }
    }
{% endblock %}
