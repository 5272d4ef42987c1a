{# What a layer did in one sample (spikes by neuron, spikes by step and neuron, or a variable by step and neuron),
   written when the sample ends for this layer. #}
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
        static {{ record_type }} _record[{{ rows }}][{{ n }}];
        {{ record_type }}* const _now = _record[_step % {{ rows }}];
        {% if '_variable' in variables %}
        memcpy(_now, {{ get_array_name(variables['_variable']) }}, sizeof(_record[0]));
        {% else %}
        const int32_t* _spikes = {{ get_array_name(variables['_spikespace']) }};
        const int32_t _count = _spikes[{{ variables['_spikespace'].size - 1 }}];
        for (int32_t _k = 0; _k < _count; _k++)
            {% if '_bursts' in variables %}
            _now[_spikes[_k]] += ({{ record_type }}){{ get_array_name(variables['_bursts']) }}[_spikes[_k]];
            {% else %}
            _now[_spikes[_k]]++;
            {% endif %}
        {% endif %}
        if (_step % {{ steps }} == {{ steps }} - 1) {
            if (!_file || fwrite(_record, sizeof(_record), 1, _file) != 1 || fflush(_file)) {
                fprintf(stderr, "error: cannot write {{ file }}\n");
                exit(1);
            }
            memset(_record, 0, sizeof(_record));
        }
    }
{% endblock %}
