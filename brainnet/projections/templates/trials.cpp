{# Image after image, each shown again and brighter until the network answers: no step of it is taken outside. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "network.h"
{% endblock %}
{% block extra_support_code %}
const int32_t N_INPUT = {{ n_input }}, N = {{ n }};

static void fail(const char* what)
{
    fprintf(stderr, "error: cannot %s\n", what);
    exit(1);
}
{% endblock %}
{% block maincode %}
    static FILE* const _images = fopen("{{ path }}", "rb");
    static FILE* const _results = fopen((results_dir + "{{ file }}").c_str(), "wb");
    static double _image[N_INPUT + 1];  // and its position
    static int32_t _record[N + 2];  // spikes by neuron; presentations; spikes in all of them
    static int32_t _shown = 0, _attempt = 0, _step = 0, _all = 0;
    const int32_t _n_images = {{ get_array_name(variables['n_images']) }}[0];
    double* const _p = {{ get_array_name(variables['p']) }};
    int32_t* const _begins = {{ get_array_name(variables['begins']) }};
    _begins[0] = 0;
    if (_step > 0 && _step <= {{ shown }}) {  // what the step before brought
        const int32_t* const _spikes = {{ get_array_name(variables['_spikespace']) }};
        for (int32_t _k = 0; _k < _spikes[N]; _k++)
            _record[_spikes[_k]]++;
        _all += _spikes[N];
        _record[N + 1] += _spikes[N];
    }
    if (_step == {{ steps }}) {
        _step = 0;
        if (_record[N + 1] < {{ least }} && _attempt + 1 < {{ attempts }})
            _attempt++;
        else {
            _record[N] = _attempt + 1;
            _record[N + 1] = _all;
            if (!_results || fwrite(_record, sizeof(_record), 1, _results) != 1)
                fail("write {{ file }}");
            _attempt = _all = 0;
            _shown++;
            {% if mark %}
            typedef std::chrono::steady_clock Watch;
            static Watch::time_point _said = Watch::now();
            if (Watch::now() - _said > std::chrono::milliseconds(200)) {
                printf("{{ mark }} %.6f\n", (double)_shown / _n_images);
                fflush(stdout);
                _said = Watch::now();
            }
            {% endif %}
        }
    }
    if (_step == 0) {
        if (_shown == _n_images) {
            // The step that is under way shall change nothing.
            if (!_results || fflush(_results))
                fail("write {{ file }}");
            memset(_p, 0, N_INPUT * sizeof(double));
            {{ get_array_name(variables['learning']) }}[0] = 0;
            Network::_globally_stopped = true;
        } else {
            if (_attempt == 0) {
                if (!_images || fseek(_images, (long)_shown * sizeof(_image), SEEK_SET) || fread(_image, sizeof(_image), 1, _images) != 1)
                    fail("read {{ path }}");
                _begins[0] = {{ get_array_name(variables['learning']) }}[0];
            }
            const double _intensity = {{ intensity }} + _attempt * {{ more }};
            for (int32_t _i = 0; _i < N_INPUT; _i++) {
                const double _chance = _image[_i] * _intensity;
                _p[_i] = _chance > 1 ? 1 : _chance;
            }
            {{ get_array_name(variables['first_step']) }}[0] = (int32_t)_image[N_INPUT] * {{ steps }} - (int32_t){{ get_array_name(variables['timestep']) }}[0];
            {{ get_array_name(variables['stream']) }}[0] = {{ get_array_name(variables['phase']) }}[0] * {{ attempts }} + _attempt;
        }
        memset(_record, 0, sizeof(_record));
        {% for name, value in values | dictsort %}
        for (size_t _j = 0; _j < {{ variables[name].size }}; _j++)
            {{ get_array_name(variables[name]) }}[_j] = {{ value }};
        {% endfor %}
    } else if (_step == {{ shown }})
        memset(_p, 0, N_INPUT * sizeof(double));
    _step++;
{% endblock %}
