{# Spikes of a step, delayed, handed to `add`, which each kind of connectivity defines. The queue holds neurons.
   Copies of the populations share the weights; within `add` a neuron is counted from the first of its copy. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>
{% endblock %}

{% block extra_support_code %}
typedef {{ c_data_type(variables['_onto'].dtype) }} Value;
const size_t COPIES = {{ copies }}, N_PRE = {{ n_pre // copies }}, N_POST = {{ n_post // copies }};  // of one copy
#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, REGISTERS = 24 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32, REGISTERS = 12 };
#else
enum { VECTOR_BYTES = 16, REGISTERS = 12 };
#endif

// Whole file, at an address that vector loads like.
static const void* load(const char* name, size_t bytes)
{
    void* data = aligned_alloc(64, (bytes + 127) / 64 * 64);
    FILE* file = fopen(name, "rb");
    if (!data || !file || fread(data, 1, bytes, file) != bytes) {
        fprintf(stderr, "error: cannot read %zu bytes of %s\n", bytes, name);
        exit(1);
    }
    fclose(file);
    return data;
}

{% for name, (path, bytes, type) in files | dictsort %}
static const {{ type }}* {{ name }} = (const {{ type }}*)load("{{ path }}", {{ bytes }});
{% endfor %}

{% block kernel %}
{% endblock %}
{% endblock %}

{% block maincode %}
    {% include 'spikes.cpp' %}
    {% if sample_steps %}
    // Of an earlier sample.
    if ({{ get_array_name(variables['timestep']) }}[0] % {{ sample_steps }} < {{ delay }})
        _count = 0;
    {% endif %}
    Value* const _v = {{ get_array_name(variables['_onto']) }} + {{ post_start }};
    if (_count > 0) {
        {% if copies > 1 %}
        // Spikes copy by copy, each in the order in which they came.
        static int32_t _spikes[COPIES * N_PRE];
        static size_t _from[COPIES + 1], _to[COPIES];
        memset(_from, 0, sizeof(_from));
        for (int32_t _k = 0; _k < _count; _k++)
            _from[_events[_k] / N_PRE + 1]++;
        for (size_t _c = 0; _c < COPIES; _c++) {
            _to[_c] = _from[_c];
            _from[_c + 1] += _from[_c];
        }
        for (int32_t _k = 0; _k < _count; _k++)
            _spikes[_to[_events[_k] / N_PRE]++] = _events[_k] % N_PRE;
        {% else %}
        const int32_t* const _spikes = _events;
        const size_t _from[2] = {0, (size_t)_count};
        {% endif %}
        {% if '_allowed' in variables %}
        // As in single synapses, what arrives at a neuron that may not be written (refractory) is lost.
        const char* const _allowed = {{ get_array_name(variables['_allowed']) }} + {{ post_start }};
        static Value _before[COPIES * N_POST];
        memcpy(_before, _v, sizeof(_before));
        {% endif %}
        add(_v, _spikes, _from);
        {% if '_allowed' in variables %}
        for (size_t _j = 0; _j < COPIES * N_POST; _j++)
            _v[_j] = _allowed[_j] ? _v[_j] : _before[_j];
        {% endif %}
    }
{% endblock %}
