{# Spikes are counted, and each passes in those windows of which its neuron is the first. #}
{% extends 'common_group.cpp' %}

{% block extra_headers %}
#include <cstdio>
#include <cstdlib>
{% endblock %}

{% block extra_support_code %}
static const int32_t* load(const char* name, size_t bytes)
{
    int32_t* data = (int32_t*)malloc(bytes);
    FILE* file = fopen(name, "rb");
    if (!data || !file || fread(data, 1, bytes, file) != bytes) {
        fprintf(stderr, "error: cannot read %zu bytes of %s\n", bytes, name);
        exit(1);
    }
    fclose(file);
    return data;
}

{% for name, (path, bytes) in files | dictsort %}
static const int32_t* {{ name }} = load("{{ path }}", {{ bytes }});
{% endfor %}

// Whether a neuron has the most spikes of a window; of equal ones the first.
static inline bool leads(const int32_t* count, const int32_t neuron, const int32_t window)
{
    for (int32_t k = starts[window]; k < starts[window + 1]; k++)
        if (count[members[k]] > count[neuron] || (count[members[k]] == count[neuron] && members[k] < neuron))
            return false;
    return true;
}
{% endblock %}

{% block maincode %}
    const int32_t* _spikes = {{ get_array_name(variables['_spikespace']) }};
    const int32_t _n = _spikes[{{ variables['_spikespace'].size - 1 }}];
    int32_t* const _count = {{ get_array_name(variables['count']) }};
    for (int32_t _k = 0; _k < _n; _k++)
        _count[_spikes[_k]]++;
    for (int32_t _k = 0; _k < _n; _k++)
        for (int32_t _w = windows_from[_spikes[_k]]; _w < windows_from[_spikes[_k] + 1]; _w++)
            if (leads(_count, _spikes[_k], windows[_w]))
                {{ get_array_name(variables['_onto']) }}[windows[_w]] += 1;
{% endblock %}
